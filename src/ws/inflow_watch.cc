#include "ws/inflow_watch.h"

#include <array>

#include "uv/readable.h"
#include "ws/peer_events.h"
#include "ws/peer_table.h"
#include "ws/ws_shared.h"

namespace hermod {
namespace {

constexpr uint64_t kCheckIntervalMs = 50;
constexpr size_t kSocketsPerCheck = 64;  // sockets per check

}  // namespace

void InflowWatch::check(uv_loop_t* loop, const PeerTable& peers, const WsShared& shared) {
  const uint64_t now_ms = uv::loop_time_ms(loop);
  if (now_ms < checked_ms_ + kCheckIntervalMs) return;
  checked_ms_ = now_ms;
  std::array<int, kSocketsPerCheck> descriptors;
  const size_t count = uv::readable_now(loop, descriptors);
  for (size_t i = 0; i < count; ++i) {
    if (WsPeer* const peer = peers.find(descriptors[i])) check_inflow(*peer, shared.now());
  }
}

}  // namespace hermod
