#include "redis_bus/redis_revocations.h"

#include <cassert>
#include <string>

#include "redis/redis_error.h"
#include "redis/reply.h"

namespace hermod {

RedisRevocations::RedisRevocations(const RedisContext& redis)
    : redis_(redis), refuse_(redis.loop, [this] { refuse_all(); }) {}

void RedisRevocations::revoke(const RevokeRequest& request, Bus::RevokeDone done) {
  if (stopped_) return;
  if (!available_ || !redis_.ready()) {
    refused_.push_back(std::move(done));
    return refuse_.ask();
  }
  in_flight_.push_back(std::move(done));
  RedisCommand call = redis_.commands.command(*this, 6);
  call.add("EVAL").add(kRevokeScript).add_number(1);
  call.add(redis_.names.user_key(), UserTag(request.user).text(), redis_keys::kRevoked);
  if (request.at_s)
    call.add_number(*request.at_s);
  else
    call.add("");
  call.add_number(request.keep_s);
  redis_.commands.flush();
}

// A shard also ends when its users have moved to another one.
void RedisRevocations::stop() {
  stopped_ = true;
  refuse_.cancel();
  refuse_all();
  const Error error{ErrorCode::kServiceUnavailable, "the shard is closed"};
  for (const Bus::RevokeDone& done : std::exchange(in_flight_, {})) done(error);
}

void RedisRevocations::on_reply(const redisReply& reply) {
  if (const auto at_s = reply_integer(reply); at_s && *at_s > 0 && *at_s <= UINT32_MAX) {
    return answer(static_cast<uint32_t>(*at_s));
  }
  const std::string error = reply_error(reply);
  if (concern_of(error) == Concern::kUser) redis_.redirects.on_redirected(error);
  redis_.log.write_limited("revocation", LogLevel::kWarning,
                           "Redis did not store that a user's tokens are revoked",
                           {{"error", error}});
  answer(Error{ErrorCode::kServiceUnavailable, error});
}

void RedisRevocations::on_reply_lost() {
  answer(Error{ErrorCode::kServiceUnavailable, "the connection to Redis failed"});
}

void RedisRevocations::answer(const Result<uint32_t>& result) {
  if (stopped_) return;
  assert(!in_flight_.empty());
  const Bus::RevokeDone done = std::move(in_flight_.front());
  in_flight_.pop_front();
  done(result);
}

void RedisRevocations::refuse_all() {
  const Error error{ErrorCode::kServiceUnavailable, "Redis is unavailable"};
  for (const Bus::RevokeDone& done : std::exchange(refused_, {})) done(error);
}

}  // namespace hermod
