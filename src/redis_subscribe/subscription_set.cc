#include "redis_subscribe/subscription_set.h"

#include <cassert>
#include <utility>

namespace hermod {
namespace {

constexpr size_t kUsersAtOnce = 500;

}  // namespace

void SubscriptionSet::add(std::string_view user) {
  if (user.empty() || user.size() > UserSubscription::kLengthMax) return;
  UserSubscription& state = users_.get(user);
  if (state.wanted) return;
  ++wanted_;
  state.wanted = true;
  state.announce = true;
  if (open_) queue(state);
}

void SubscriptionSet::remove(std::string_view user) {
  UserSubscription* state = users_.find(user);
  if (state == nullptr || !state->wanted) return;
  assert(wanted_ > 0);
  --wanted_;
  state->wanted = false;
  state->announce = false;
  if (open_) return queue(*state);
  users_.remove(*state);
}

bool SubscriptionSet::wants(std::string_view user) {
  const UserSubscription* state = users_.find(user);
  return state != nullptr && state->wanted;
}

bool SubscriptionSet::visit_some(Cursor& cursor,
                                 const std::function<void(std::string_view user)>& visit) {
  return users_.visit_some(cursor, kUsersAtOnce, [&visit](const UserSubscription& state) {
    if (state.wanted) visit(state.name());
  });
}

std::vector<std::string> SubscriptionSet::release(const UserPredicate& leaves) {
  std::vector<std::string> released;
  users_.for_each([&](const UserSubscription& state) {
    if (state.wanted && leaves(state.name())) released.emplace_back(state.name());
  });
  for (const std::string& user : released) remove(user);
  return released;
}

bool SubscriptionSet::lose(const std::function<bool(const UserSubscription&)>& lost) {
  if (!open_) return false;
  bool any = false;
  users_.for_each([&](UserSubscription& state) {
    if (!state.sent || !lost(state)) return;
    any = true;
    lose_one(state);
  });
  return any;
}

bool SubscriptionSet::lose_confirmed(std::string_view user) {
  UserSubscription* const state = users_.find(user);
  if (!open_ || state == nullptr || !state->sent || state->pending) return false;
  lose_one(*state);
  return true;
}

void SubscriptionSet::lose_one(UserSubscription& state) {
  if (state.pending) --unconfirmed_;
  state.sent = state.pending = false;
  state.announce = state.wanted;
  if (!state.wanted) queue(state);  // to be removed
}

void SubscriptionSet::open() {
  assert(!open_ && !forgetting_);
  open_ = true;
  announcing_ = false;
  selecting_.emplace();
}

void SubscriptionSet::announce_all() {
  assert(open_);
  announcing_ = true;
  selecting_.emplace();
}

void SubscriptionSet::select_all() {
  assert(open_);
  if (!selecting_) announcing_ = false;
  selecting_.emplace();
}

void SubscriptionSet::close() {
  if (!std::exchange(open_, false)) return;
  assert(!forgetting_);
  unconfirmed_ = 0;
  queue_.clear();
  joining_.clear();
  leaving_.clear();
  selecting_.reset();
  forgetting_.emplace();
}

bool SubscriptionSet::forget_some() {
  assert(forgetting_ && !open_);
  const bool more = users_.visit_some(*forgetting_, kUsersAtOnce, [this](UserSubscription& state) {
    state.sent = state.pending = state.queued = false;
    if (!state.wanted) users_.remove(state);
  });
  if (!more) forgetting_.reset();
  return more;
}

void SubscriptionSet::select_some() {
  const bool more = users_.visit_some(*selecting_, kUsersAtOnce, [this](UserSubscription& state) {
    if (!state.wanted || state.pending) return;
    if (announcing_) state.announce = true;
    queue(state);
  });
  if (!more) selecting_.reset();
}

void SubscriptionSet::queue(UserSubscription& state) {
  assert(open_);
  if (state.queued || state.pending) return;
  state.queued = true;
  queue_.push_back(&state);
}

void SubscriptionSet::collect() {
  assert(open_ && joining_.empty() && leaving_.empty());
  if (selecting_) select_some();
  // An announcement may close the set, which empties the queue.
  for (size_t i = 0; i < kUsersAtOnce && !queue_.empty(); ++i) {
    UserSubscription& state = *queue_.front();
    queue_.pop_front();
    state.queued = false;
    update(state);
  }
}

// Determines the command that the user needs, if any. If it needs none, announces the user if the
// caller waits for on_subscribed().
void SubscriptionSet::update(UserSubscription& state) {
  assert(!state.pending);
  if (state.wanted && !state.sent) {
    state.sent = state.pending = true;
    ++unconfirmed_;
    joining_.push_back(&state);
  } else if (!state.wanted && state.sent) {
    state.sent = false;
    leaving_.push_back(&state);
  } else if (!state.wanted) {
    users_.remove(state);
  } else if (state.announce) {
    state.announce = false;
    announce_(state.name());
  }
}

void SubscriptionSet::sent() {
  for (UserSubscription* state : leaving_) {
    if (!state->wanted && !state->queued) users_.remove(*state);
  }
  joining_.clear();
  leaving_.clear();
}

void SubscriptionSet::confirm(std::string_view user) {
  UserSubscription* state = users_.find(user);
  if (state == nullptr || !state->pending) return;
  assert(open_ && unconfirmed_ > 0);
  state->pending = false;
  --unconfirmed_;
  if (!state->wanted) return queue(*state);
  state->announce = false;
  announce_(user);
}

}  // namespace hermod
