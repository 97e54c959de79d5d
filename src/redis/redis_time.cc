#include "redis/redis_time.h"

#include <optional>

#include "base/parse.h"
#include "redis/reply.h"

namespace hermod {
namespace {

constexpr uint64_t kMarginMs = 60'000;
constexpr uint64_t kSecondsMax = 1'000'000'000'000;  // * 1000 does not overflow

std::optional<uint64_t> seconds_at(const redisReply& reply, size_t index) {
  const auto text = reply_text_at(reply, index);
  const auto number = text ? parse_number<uint64_t>(*text) : std::nullopt;
  return number && *number <= kSecondsMax ? number : std::nullopt;
}

}  // namespace

void RedisTime::ask() {
  if (commands_.up()) commands_.command(*this, 1).add("TIME");
}

bool RedisTime::is_too_late(uint64_t ms) const {
  if (latest_ms_ == 0 || ms <= latest_ms_) return false;
  return ms - latest_ms_ > static_cast<uint64_t>(commands_.clock().steady_ms() - read_at_ms_);
}

void RedisTime::on_reply(const redisReply& reply) {
  const auto seconds = seconds_at(reply, 0);
  if (!seconds || *seconds == 0) return;
  latest_ms_ = *seconds * 1000 + 1000 + kMarginMs;
  read_at_ms_ = commands_.clock().steady_ms();
}

}  // namespace hermod
