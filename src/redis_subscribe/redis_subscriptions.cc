// - add() queues the user. Once per loop iteration, the queued users are subscribed, with hundreds
//   of channels in a command.
// - The confirmation of the last channel of a user (subscribe_command.h) confirms the user. Until
// then, no other command is sent for the user, so that each
//   confirmation belongs to the last command.
// - If the link fails, only the set of wanted users is kept. On the next connection, all of them
//   are subscribed and announced again.
#include "redis_subscribe/redis_subscriptions.h"

#include <cassert>
#include <utility>

#include "redis_schema/user_tag.h"
#include "redis_subscribe/subscribe_command.h"

namespace hermod {
namespace {

constexpr uint64_t kSendAgainMs = 20;

}  // namespace

RedisSubscriptions::RedisSubscriptions(uv_loop_t* loop, const Clock& clock,
                                       const RedisChannels& channels, RedisLink& link,
                                       Events events)
    : clock_(clock),
      channels_(channels),
      link_(link),
      may_open_(std::move(events.may_open)),
      users_(std::move(events.announce)),
      flush_(loop, [this] { flush(); }),
      forget_(loop, [this] { forget_some(); }),
      again_(loop, [this] { send_again(); }) {}

void RedisSubscriptions::enter(State next) {
  assert(next == State::kClosed || static_cast<int>(next) == static_cast<int>(state_) + 1);
  assert(next != State::kRestoring || may_open());
  assert(next != State::kFenced || !users_.more());
  state_ = next;
}

void RedisSubscriptions::add(std::string_view user) {
  users_.add(user);
  if (users_.more()) flush_.ask();
}

void RedisSubscriptions::remove(std::string_view user) {
  users_.remove(user);
  if (users_.more()) flush_.ask();
}

std::vector<std::string> RedisSubscriptions::release(const UserPredicate& leaves) {
  std::vector<std::string> released = users_.release(leaves);
  if (users_.more()) flush_.ask();
  return released;
}

void RedisSubscriptions::open() {
  enter(State::kRestoring);
  users_.open();
  flush_.ask();
}

void RedisSubscriptions::close() {
  enter(State::kClosed);
  flush_.cancel();
  again_.stop();
  moved_slots_.reset();
  users_.close();
  if (users_.forgetting()) forget_.ask();
}

void RedisSubscriptions::stop() {
  close();
  forget_.cancel();
}

void RedisSubscriptions::announce_all() {
  if (state_ != State::kRestored) return;
  users_.announce_all();
  flush_.ask();
}

void RedisSubscriptions::renew_canary() {
  if (state_ == State::kClosed || state_ == State::kRestoring) return;  // will use the new name
  subscribe_to_canary(channels_, link_);
}

void RedisSubscriptions::on_slot_moved(uint16_t slot) {
  assert(state_ != State::kClosed);
  moved_slots_.set(slot);
  if (!again_.active()) again_.start(kSendAgainMs);
}

void RedisSubscriptions::on_removed(std::string_view channel) {
  const auto user = channels_.names.text_user(channel, space_);
  if (!user || !users_.lose_confirmed(*user)) return;
  if (!again_.active()) again_.start(kSendAgainMs);
}

void RedisSubscriptions::send_again() {
  if (moved_slots_.any()) {
    users_.lose([this](const UserSubscription& user) {
      return user.pending && moved_slots_.test(key_slot(UserTag(user.name()).text()));
    });
    const bool canary_refused = moved_slots_.test(key_slot(channels_.canary));
    if (canary_refused) renew_canary();
    moved_slots_.reset();
  }
  users_.select_all();
  flush_.ask();
}

void RedisSubscriptions::forget_some() {
  assert(state_ == State::kClosed);
  if (users_.forget_some()) return forget_.ask();
  may_open_();
}

void RedisSubscriptions::flush() {
  assert(state_ != State::kClosed);
  const bool awaited = awaits_reply();
  users_.collect();
  if (state_ == State::kClosed) return;  // a listener made the link fail, or stopped it
  // UNSUBSCRIBE first: a flush may have both commands for a user who left and returned, but never
  // for one who came and left.
  unsubscribe_users(users_.leaving(), channels_, link_);
  subscribe_users(users_.joining(), channels_, link_);
  users_.sent();
  if (state_ == State::kRestoring && !users_.more()) {
    enter(State::kFenced);
    subscribe_to_canary(channels_, link_);
  }
  if (!awaited && awaits_reply()) received_ms_ = clock_.steady_ms();
  if (users_.more()) return flush_.ask();
  link_.flush();
}

bool RedisSubscriptions::on_confirmed(std::string_view channel) {
  if (channel == channels_.canary && state_ == State::kRestored) return true;
  if (channel == channels_.canary && state_ == State::kFenced) {
    enter(State::kRestored);
    return true;
  }
  const auto user = confirmed_user(channels_, channel, space_);
  if (!user) return false;
  received_ms_ = clock_.steady_ms();
  users_.confirm(*user);
  if (users_.more()) flush_.ask();
  return false;
}

int64_t RedisSubscriptions::silent_ms() const {
  return awaits_reply() ? clock_.steady_ms() - received_ms_ : 0;
}

}  // namespace hermod
