#include "ws/withdrawn_keys.h"

#include <algorithm>

#include "auth/verifier.h"
#include "ws/peer_table.h"

namespace hermod {
namespace {

constexpr size_t kChecksAtOnce = 1024;
constexpr size_t kWithdrawnAtOnce = 64;  // takes about a millisecond

}  // namespace

WithdrawnKeys::WithdrawnKeys(uv_loop_t* loop, const PeerTable& peers, const Verifier& verifier)
    : peers_(peers), verifier_(verifier), rest_(loop, [this] { close_some(); }) {}

void WithdrawnKeys::begin() {
  left_ = peers_.size();
  if (left_ != 0) rest_.ask();
}

// From the end: when a connection is removed, the last one takes its position.
void WithdrawnKeys::close_some() {
  left_ = std::min(left_, peers_.size());
  size_t closed = 0;
  for (size_t i = 0; i < kChecksAtOnce && closed < kWithdrawnAtOnce && left_ != 0; ++i) {
    WsPeer& peer = peers_.at(--left_);
    if (!peer.open() || peer.token().key == 0 || verifier_.has_key(peer.token().key)) continue;
    peer.end_token(RefusalReason::kKeyWithdrawn);
    ++closed;
  }
  if (left_ != 0) rest_.ask();
}

}  // namespace hermod
