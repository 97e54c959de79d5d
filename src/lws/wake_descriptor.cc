#include "lws/wake_descriptor.h"

#include <libwebsockets.h>
#include <malloc.h>

#include <cstddef>

namespace hermod {

bool forget_wake_descriptor(void* wsi, int fd) {
  auto* object = static_cast<lws*>(wsi);
  if (wsi == nullptr || fd < 0 || lws_get_socket_fd(object) != fd) return false;
  auto* words = static_cast<int*>(wsi);
  const size_t count = malloc_usable_size(wsi) / sizeof(int);
  for (size_t i = 0; i < count; ++i) {
    if (words[i] != fd) continue;
    words[i] = -1;
    if (lws_get_socket_fd(object) == -1) return true;
    words[i] = fd;
  }
  return false;
}

}  // namespace hermod
