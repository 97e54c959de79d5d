#include "redis_leases/presence_calls.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "redis/redis_error.h"
#include "redis/reply.h"

namespace hermod {
namespace keys = redis_keys;
namespace {

constexpr size_t kPresenceFlightMax = 1000;
// What the script replies: `offline` is 2.
constexpr int64_t kOnline = 1;
constexpr int64_t kDueLater = 3;
constexpr int64_t kLostAgainMs = 1000;
constexpr int64_t kRejectedAgainMs = 10'000;

}  // namespace

// The script with one key; the caller adds the key, eight arguments and `more`.
RedisCommand PresenceCalls::begin(ReplyHandler& handler, size_t more) {
  return redis_.scripts.call(RedisScripts::kPresence, handler, 1, 8 + more);
}

void PresenceCalls::send_lease(ReplyHandler& handler, const LeaseQueue::Entry& lease) {
  begin(handler, 0)
      .add(redis_.names.user_key(), UserTag(lease.first).text(), keys::kPresence)
      .add(process_)
      .add_number(lease.second.count)
      .add_number(lease.second.held)
      .add_number(lease.second.limit)
      .add_number(keys::kPresenceSeconds)
      .add(process_)
      .add_number(options_.grace_ms)
      .add("");
}

// A dead process has had no connections for longer than the grace time.
void PresenceCalls::send_sweep(ReplyHandler& handler, std::string_view key,
                               std::string_view process) {
  begin(handler, 0)
      .add(key)
      .add(process)
      .add("0")
      .add("0")
      .add("0")
      .add_number(keys::kPresenceSeconds)
      .add(process_)
      .add_number(process.empty() ? options_.grace_ms : 0)
      .add(process.empty() ? std::string_view(process_) : process);
}

void PresenceCalls::send(const PresenceCall& call) {
  RedisCommand command = begin(*this, call.settled ? 2 : 0);
  command.add(redis_.names.user_key(), UserTag(call.user).text(), keys::kPresence)
      .add("")
      .add("0")
      .add("0")
      .add("0")
      .add_number(keys::kPresenceSeconds)
      .add(process_)
      .add_number(options_.grace_ms)
      .add("");
  if (!call.settled) return;
  command.add_number(static_cast<uint64_t>(call.settled->at_ms))
      .add(call.settled->outcome == PresenceOutcome::kWritten ? "w" : "f");
}

void PresenceCalls::send() {
  while (!waiting_.empty() && flight_.size() < kPresenceFlightMax) {
    flight_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    send(flight_.back());
  }
}

void PresenceCalls::release(const UserPredicate& leaves) {
  std::erase_if(waiting_, [&](PresenceCall& call) {
    if (!leaves(call.user)) return false;
    options_.later(std::move(call), 0);
    return true;
  });
}

const redisReply& PresenceCalls::read(const redisReply& reply) {
  assert(on());
  const redisReply* const lease = reply_at(reply, 0);
  if (lease == nullptr) return reply;
  if (reply_size(reply) < 4) return *lease;
  std::string space;
  const auto kind = reply_integer(*reply_at(reply, 1));
  const int64_t ms = reply_integer(*reply_at(reply, 2)).value_or(0);
  const auto user = redis_.names.presence_user(reply_text_at(reply, 3).value_or(""), space);
  if (!user) return *lease;
  if (kind == kDueLater) {
    options_.later({.user = std::string(*user)}, ms);
  } else if (closing_) {
    push({std::string(*user), PresenceCall::Outcome{ms, PresenceOutcome::kFailed}});
    done_();
  } else {
    options_.listener->on_presence({*user, kind == kOnline, ms});
  }
  return *lease;
}

PresenceCall PresenceCalls::pop() {
  assert(!flight_.empty());
  PresenceCall call = std::move(flight_.front());
  flight_.pop_front();
  return call;
}

void PresenceCalls::on_reply(const redisReply& reply) {
  PresenceCall call = pop();
  if (!reply_is_error(reply)) {
    read(reply);
  } else if (const std::string words = reply_error(reply); is_error_of(words, "NOSCRIPT")) {
    redis_.scripts.load_again();
    options_.later(std::move(call), kLostAgainMs);
  } else if (concern_of(words) == Concern::kUser) {
    redis_.redirects.on_redirected(words);
    options_.later(std::move(call), kLostAgainMs);
  } else {
    redis_.log.write_limited("presence", LogLevel::kWarning,
                             "Redis rejected a change of a user's presence; it is tried again",
                             {{"error", words}});
    options_.later(std::move(call), kRejectedAgainMs);
  }
  done_();
}

void PresenceCalls::on_reply_lost() {
  options_.later(pop(), kLostAgainMs);
  done_();
}

}  // namespace hermod
