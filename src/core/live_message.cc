#include "core/live_message.h"

#include <simdjson.h>

#include <string>

#include "base/text.h"
#include "core/session_host.h"
#include "events/json_validator.h"

namespace hermod {
namespace {

// Messages with a stream id were validated as records.
bool is_json(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) return false;
  std::string padded(text);
  padded.append(simdjson::SIMDJSON_PADDING, '\0');
  return JsonValidator().validate(padded, text) == RecordFault::kNone;
}

}  // namespace

const SharedFrame::Ref& LiveMessage::build(FrameForm form) {
  if (form == FrameForm::kV1) return framed();
  if (!plain_) plain_ = host_.build_frame(text_, trace_);
  return plain_;
}

const SharedFrame::Ref& LiveMessage::framed() {
  if (framed_) return *framed_;
  if (stream_id_ || is_json(text_)) {
    framed_ = host_.build_notification({stream_id_}, text_, trace_);
  } else {
    ++host_.stats.messages_failed["not_json"];
    framed_.emplace();
  }
  return *framed_;
}

}  // namespace hermod
