#include "redis/redis_time.h"

#include <cassert>

#include "base/parse.h"
#include "redis/reply.h"

namespace hermod {
namespace {

constexpr uint64_t kMarginMs = 60'000;
constexpr uint64_t kSecondsMax = 1'000'000'000'000;  // * 1000 does not overflow

std::optional<uint64_t> number_at(const redisReply& reply, size_t index) {
  const auto text = reply_text_at(reply, index);
  const auto number = text ? parse_number<uint64_t>(*text) : std::nullopt;
  return number && *number <= kSecondsMax ? number : std::nullopt;
}

}  // namespace

std::optional<uint64_t> read_time_reply(const redisReply& reply) {
  const auto seconds = number_at(reply, 0);
  const auto microseconds = number_at(reply, 1);
  if (!seconds || !microseconds) return std::nullopt;
  return *seconds * 1000 + *microseconds / 1000;
}

void RedisTime::ask() {
  if (commands_.up()) commands_.command(*this, 1).add("TIME");
}

bool RedisTime::is_too_late(uint64_t ms) const {
  if (latest_ms_ == 0 || ms <= latest_ms_) return false;
  assert(commands_.clock().steady_ms() >= read_at_ms_);
  return ms - latest_ms_ > static_cast<uint64_t>(commands_.clock().steady_ms() - read_at_ms_);
}

void RedisTime::on_reply(const redisReply& reply) {
  const auto time_ms = read_time_reply(reply);
  if (!time_ms || *time_ms == 0) return;
  latest_ms_ = *time_ms + kMarginMs;
  read_at_ms_ = commands_.clock().steady_ms();
}

}  // namespace hermod
