#include "pin.h"

#include <dlfcn.h>

namespace hermod::node {

void pin_system_libuv() {
  void* const libuv = dlopen("libuv.so.1", RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
  if (libuv != nullptr) dlclose(libuv);
}

}  // namespace hermod::node
