#include "redis_subscribe/text_delivery.h"

#include "base/text.h"

namespace hermod {

bool TextDelivery::deliver(std::string_view channel, std::string_view text) {
  const auto message = messages_.decode(channel, text);
  if (!message) return false;
  if (texts_ == nullptr || !subscriptions_.wants(message->user)) return true;
  if (message->seen) {
    const bool own = message->seen->process == process_;
    texts_->on_seen(message->user, message->seen->ids, own ? message->seen->connection : 0);
    return true;
  }
  if (!is_utf8(message->text)) {
    ++dropped_;
    return true;
  }
  if (recent_ != nullptr) {
    const auto first_ms = recent_->received_ms(message->user, message->event_hash);
    recent_->add(message->user, message->event_hash);
    if (first_ms) {
      texts_->on_repeated_text(message->user, message->stream_id, message->text, message->trace,
                               *first_ms);
      return true;
    }
  }
  texts_->on_text(message->user, message->stream_id, message->text, message->trace);
  return true;
}

}  // namespace hermod
