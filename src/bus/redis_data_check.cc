#include "bus/redis_data_check.h"

#include <utility>

#include "base/random.h"
#include "bus/reply.h"

namespace hermod {

void RedisDataCheck::check(Checked checked) {
  checked_ = std::move(checked);
  expected_ += 2;
  commands_.command(*this, 4).add("SET").add(names_.generation()).add(random_uuid()).add("NX");
  commands_.command(*this, 2).add("GET").add(names_.generation());
}

// If the SET is refused (OOM, READONLY), the key does not exist or is unchanged, and a later check
// tries again. A refused GET proves nothing.
void RedisDataCheck::on_reply(const redisReply& reply) {
  --expected_;
  // Each check expects the reply to SET first, so the number is odd after it and even after GET.
  if (expected_ % 2 == 1) refusal_ = reply_is_error(reply) ? reply_error(reply) : std::string();
  if (expected_ > 0) return;
  Verdict verdict = Verdict::kUnknown;
  if (!reply_is_error(reply)) {
    const std::string value(reply_text(reply).value_or(""));
    verdict = value_.empty() || value == value_ ? Verdict::kSame : Verdict::kLost;
    value_ = value;
  }
  std::exchange(checked_, nullptr)(verdict);
}

void RedisDataCheck::on_reply_lost() {
  expected_ = 0;
  checked_ = nullptr;
}

}  // namespace hermod
