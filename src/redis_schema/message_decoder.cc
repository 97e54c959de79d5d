// A stream id on the pos channel applies only to the next message, and only if that message is for
// the same user. The message may be on any channel of the user, because processes may publish on
// different ones while the settings are being changed. In the same way, a traceparent applies to
// the stream id that follows it.
#include "redis_schema/message_decoder.h"

#include <utility>

#include "redis_schema/text_message.h"

namespace hermod {

std::optional<MessageDecoder::Message> MessageDecoder::decode(std::string_view channel,
                                                              std::string_view text) {
  if (const auto user = channels_.names.text_user(channel, space_)) {
    return decode_own(*user, text);
  }
  if (const auto user = channels_.names.pos_user(channel, space_)) {
    if (auto seen = parse_seen_message(text))
      return Message{.user = *user, .seen = std::move(seen)};
    next_.receive(*user, text, &time_);
    return std::nullopt;
  }
  for (const ChannelPattern& pattern : channels_.listen) {
    const auto user = pattern.match(channel);
    if (!user) continue;
    if (next_.user != *user) next_.forget();
    const Message message{*user, next_.stream_id, next_.trace, text};
    next_.forget();
    return message;
  }
  next_.forget();
  return std::nullopt;
}

// As on the pos channel, a stream id that is too late is ignored, and the payload is delivered.
std::optional<MessageDecoder::Message> MessageDecoder::decode_own(std::string_view user,
                                                                  std::string_view message) {
  next_.forget();
  if (auto seen = parse_seen_message(message))
    return Message{.user = user, .seen = std::move(seen)};
  const auto own = parse_text_message(message);
  if (!own) {
    ++malformed_;
    return std::nullopt;
  }
  const StreamId stream_id = time_.is_too_late(own->stream_id.ms) ? StreamId{} : own->stream_id;
  return Message{user, stream_id, own->trace, own->text, own->event_hash};
}

}  // namespace hermod
