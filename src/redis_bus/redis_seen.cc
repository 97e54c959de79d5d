// - If the link fails, the calls in flight wait again. A call that Redis has executed already finds
//   nothing new.
// - If Redis rejects a call, it is dropped and logged.
#include "redis_bus/redis_seen.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "redis/redis_error.h"
#include "redis/reply.h"

namespace hermod {
namespace keys = redis_keys;
namespace {

constexpr size_t kIdsMax = 1024;  // of one connection that wait
constexpr size_t kWaitingMax = 10'000;

}  // namespace

RedisSeen::RedisSeen(const RedisContext& redis, const RedisChannels& channels, std::string process,
                     uint64_t life_s)
    : redis_(redis), channels_(channels), process_(std::move(process)), life_s_(life_s) {}

void RedisSeen::mark(const SeenRequest& request) {
  assert(request.sent);
  if (!merge(request)) {
    adopt({std::string(request.user),
           {request.ids.begin(), request.ids.end()},
           request.up_to,
           request.sent,
           request.connection});
  }
}

void RedisSeen::adopt(Seen seen) {
  if (waiting_.size() >= kWaitingMax) {
    redis_.log.write_limited("seen", LogLevel::kWarning,
                             "what users have seen is not stored: too many calls wait for Redis",
                             {});
    return;
  }
  waiting_.push_back(std::move(seen));
  flush();
}

// Adds the request to one of the same connection that waits. False: none does.
bool RedisSeen::merge(const SeenRequest& request) {
  const auto same = std::ranges::find_if(waiting_, [&](const Seen& one) {
    return one.connection == request.connection && one.user == request.user;
  });
  if (same == waiting_.end()) return false;
  for (const StreamId id : request.ids) {
    if (same->ids.size() < kIdsMax) same->ids.push_back(id);
  }
  same->up_to = std::max(same->up_to, request.up_to);
  same->sent = std::max(same->sent, request.sent);
  return true;
}

void RedisSeen::resume() {
  open_ = true;
  flush();
}

std::vector<RedisSeen::Seen> RedisSeen::release(const UserPredicate& leaves) {
  std::vector<Seen> released;
  for (auto* const list : {&flight_, &waiting_}) {
    for (const Seen& one : *list) {
      if (!one.user.empty() && leaves(one.user)) released.push_back(one);
    }
  }
  std::erase_if(waiting_, [&](const Seen& one) { return leaves(one.user); });
  for (Seen& one : flight_) {
    if (leaves(one.user)) one.user.clear();  // its reply may still come
  }
  return released;
}

void RedisSeen::stop() {
  open_ = false;
  waiting_.clear();
}

void RedisSeen::flush() {
  if (!open_ || !redis_.ready() || waiting_.empty()) return;
  for (; !waiting_.empty(); waiting_.pop_front()) {
    send(waiting_.front());
    flight_.push_back(std::move(waiting_.front()));
  }
  redis_.commands.flush();
}

void RedisSeen::send(const Seen& seen) {
  constexpr size_t kArguments = 6;
  const UserTag tag(seen.user);
  RedisCommand call =
      redis_.scripts.call(RedisScripts::kSeen, *this, 2, kArguments + seen.ids.size());
  call.add(redis_.names.user_key(), tag.text(), keys::kViewed);
  call.add(redis_.names.user_key(), tag.text(), keys::kStream);
  call.add(publish_command(channels_.mode));
  const bool classic = channels_.mode == PublishMode::kClassic;
  call.add(redis_.names.user_channel(), tag.text(), classic ? keys::kPos : keys::kText);
  call.add(process_, "/", std::to_string(seen.connection)).add_number(life_s_);
  call.add(to_string(seen.sent));
  call.add(seen.up_to ? to_string(seen.up_to) : std::string());
  for (const StreamId id : seen.ids) call.add(to_string(id));
}

void RedisSeen::on_reply(const redisReply& reply) {
  assert(!flight_.empty());
  Seen seen = std::move(flight_.front());
  flight_.pop_front();
  if (seen.user.empty() || !reply_is_error(reply)) return;
  const std::string error = reply_error(reply);
  const bool scripts_gone = is_error_of(error, "NOSCRIPT");
  const bool moved = concern_of(error) == Concern::kUser;
  if (scripts_gone || moved) {
    waiting_.push_back(std::move(seen));
    if (scripts_gone) return redis_.scripts.load_again();
    return redis_.redirects.on_redirected(error);
  }
  redis_.log.write_limited("seen", LogLevel::kWarning, "Redis did not store what a user has seen",
                           {{"error", error}});
}

void RedisSeen::on_reply_lost() {
  assert(!flight_.empty());
  if (!flight_.front().user.empty()) waiting_.push_back(std::move(flight_.front()));
  flight_.pop_front();
}

}  // namespace hermod
