#include "redis_publish/publish_stall.h"

#include <cassert>
#include <utility>

namespace hermod {

PublishStall::PublishStall(uv_loop_t* loop, std::function<void()> retry)
    : retry_(loop, [this, retry = std::move(retry)] {
        probe_ = true;
        retry();
      }) {}

bool PublishStall::begin(const std::string& reason) {
  assert(!reason.empty());
  if (!retry_.active()) retry_.start(backoff_.next_ms());
  if (reason == reason_) return false;
  reason_ = reason;
  return true;
}

bool PublishStall::end() {
  if (reason_.empty()) return false;
  reason_.clear();
  backoff_.reset();
  retry_.stop();
  return true;
}

}  // namespace hermod
