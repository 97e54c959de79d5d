#include "redis_subscribe/text_delivery.h"

#include "base/text.h"

namespace hermod {

bool TextDelivery::deliver(std::string_view channel, std::string_view text) {
  const auto message = messages_.decode(channel, text);
  if (!message) return false;
  if (texts_ == nullptr || !subscriptions_.wants(message->user)) return true;
  if (is_utf8(text)) {
    texts_->on_text(message->user, message->stream_id, text, message->trace);
  } else {
    ++dropped_;
  }
  return true;
}

}  // namespace hermod
