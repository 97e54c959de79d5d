#include "uv/budget.h"

#include <uv.h>

namespace hermod::uv {

Budget::Budget(uint64_t ns) : until_ns_(uv_hrtime() + ns) {}

bool Budget::spent() const {
  return uv_hrtime() >= until_ns_;
}

}  // namespace hermod::uv
