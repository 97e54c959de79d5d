#include "redis/redis_time.h"

#include <charconv>
#include <optional>

#include "redis/reply.h"

namespace hermod {
namespace {

constexpr uint64_t kMarginMs = 60'000;
constexpr uint64_t kSecondsMax = 1'000'000'000'000;  // * 1000 does not overflow

std::optional<uint64_t> seconds_at(const redisReply& reply, size_t index) {
  const auto text = reply_text_at(reply, index);
  uint64_t number = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  if (number > kSecondsMax) return std::nullopt;
  return number;
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
