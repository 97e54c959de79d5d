// The revocation of a user's tokens concerns all sessions of the user, also those whose page was
// read before it.
#include <algorithm>
#include <cassert>

#include "core/hub_user.h"
#include "core/session.h"
#include "core/session_frames.h"

namespace hermod {

void Session::revoke(HubUser& user, uint32_t revoked_s) {
  user.revoked_s = std::max(user.revoked_s, revoked_s);
  if (user.revoked_s == 0) return;
  for (Session* one = user.sessions; one != nullptr; one = one->next_) one->compare();
}

void Session::compare() {
  assert(user_ != nullptr);
  if (state_ != State::kEnded && !peer_.outlives(user_->revoked_s)) end();
}

// Reads the stream after the newest stream id. `skipped`: a live message that it must contain.
void Session::read_again(StreamId skipped) {
  assert(state_ == State::kLive);
  replay_ = std::make_unique<Replay>(host_, Replay::From::kNewest, 0);
  if (skipped) replay_->skip(skipped);
  if (frames_) frames_->on_subscribed();  // what was seen may have been missed too
  enter(State::kReplaying);
  request_page();
}

}  // namespace hermod
