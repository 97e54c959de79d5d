#pragma once
// The subscriptions of the users: which are wanted, which commands were sent and confirmed, and for
// which users a command has to be sent. RedisSubscriptions owns it and does the I/O. Commands are
// sent between open() and close(); close() keeps only the set of wanted users.

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/named_set.h"
#include "base/user_predicate.h"
#include "redis_subscribe/user_subscription.h"

namespace hermod {

class SubscriptionSet {
 public:
  // `announce` is called for each user whose subscription is confirmed, or that announce_all()
  // selected.
  explicit SubscriptionSet(std::function<void(std::string_view user)> announce)
      : announce_(std::move(announce)) {}

  void add(std::string_view user);
  void remove(std::string_view user);
  bool wants(std::string_view user);
  size_t size() const { return wanted_; }

  using Cursor = NamedSet<UserSubscription>::Cursor;
  // Calls `visit` for some of the wanted users; it must not add a user. Returns true if there are
  // more.
  bool visit_some(Cursor& cursor, const std::function<void(std::string_view user)>& visit);

  // Removes the users for which `leaves` returns true, and returns those that were wanted.
  std::vector<std::string> release(const UserPredicate& leaves);
  // Redis refused or removed the subscriptions for which `lost` returns true. select_all() selects
  // them again, and they are announced again. Returns true if there are any.
  bool lose(const std::function<bool(const UserSubscription&)>& lost);
  // The same for one user whose subscription is confirmed.
  bool lose_confirmed(std::string_view user);

  void open();   // selects all users, to subscribe them on a new connection
  void close();  // the connection is lost; forget_some() must follow before the next open()
  void announce_all();
  void select_all();  // to subscribe those that are not subscribed

  // Resets the state of some users after a lost connection. Returns true if there are more.
  bool forget_some();
  bool forgetting() const { return forgetting_.has_value(); }

  // Determines the commands for some of the selected users; joining() and leaving() then have the
  // users of one command each. sent() must follow.
  void collect();
  std::span<UserSubscription* const> joining() const { return joining_; }
  std::span<UserSubscription* const> leaving() const { return leaving_; }
  void sent();
  bool more() const { return selecting_.has_value() || !queue_.empty(); }  // for collect()

  void confirm(std::string_view user);  // the last channel of the user is subscribed
  size_t unconfirmed() const { return unconfirmed_; }

 private:
  void select_some();
  void queue(UserSubscription& state);
  void update(UserSubscription& state);
  void lose_one(UserSubscription& state);

  std::function<void(std::string_view)> announce_;
  NamedSet<UserSubscription> users_;
  size_t wanted_ = 0;
  size_t unconfirmed_ = 0;
  bool open_ = false;
  bool announcing_ = false;  // select_some() selects the users for an announcement
  // The positions of two iterations over all users; nullopt: not in progress.
  std::optional<Cursor> forgetting_, selecting_;
  std::deque<UserSubscription*> queue_;               // the users with `queued`
  std::vector<UserSubscription*> joining_, leaving_;  // between collect() and sent()
};

}  // namespace hermod
