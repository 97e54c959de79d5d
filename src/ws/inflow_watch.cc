#include "ws/inflow_watch.h"

#include <array>

#include "uv/readable.h"
#include "ws/ws_peer.h"

namespace hermod {
namespace {

constexpr uint64_t kLookMs = 50;
constexpr size_t kLooksMax = 64;  // sockets per check

}  // namespace

void InflowWatch::add(int fd, WsPeer& peer) {
  const auto slot = static_cast<size_t>(fd);
  if (slot >= by_descriptor_.size()) by_descriptor_.resize(slot + 1);
  by_descriptor_[slot] = &peer;
}

void InflowWatch::look(uv_loop_t* loop, const WsShared& shared) {
  const uint64_t now_ms = uv::loop_time_ms(loop);
  if (now_ms < looked_ms_ + kLookMs) return;
  looked_ms_ = now_ms;
  std::array<int, kLooksMax> descriptors;
  const size_t count = uv::readable_now(loop, descriptors);
  for (size_t i = 0; i < count; ++i) {
    const auto fd = static_cast<size_t>(descriptors[i]);
    WsPeer* const peer = fd < by_descriptor_.size() ? by_descriptor_[fd] : nullptr;
    if (peer != nullptr) peer->look_at_inflow(shared.now());
  }
}

}  // namespace hermod
