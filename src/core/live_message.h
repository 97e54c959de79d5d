#pragma once
// A message to the sessions of one user, encoded at most once in each form, when the first session
// needs that form. Hub creates it for each message.

#include <optional>
#include <string_view>

#include "base/stream_id.h"
#include "base/tracer.h"
#include "core/shared_frame.h"

namespace hermod {

struct SessionHost;

class LiveMessage {
 public:
  // The text must outlive it.
  LiveMessage(SessionHost& host, StreamId stream_id, std::string_view text,
              const TraceContext& trace)
      : host_(host), stream_id_(stream_id), text_(text), trace_(trace) {}

  StreamId stream_id() const { return stream_id_; }

  // Null: the message cannot be sent in this form. It comes from another program and is not JSON.
  const SharedFrame::Ref& frame(FrameForm form) {
    return form == FrameForm::kPlain && plain_ ? plain_ : build(form);
  }

 private:
  const SharedFrame::Ref& build(FrameForm form);
  const SharedFrame::Ref& framed();

  SessionHost& host_;
  StreamId stream_id_;  // null: an external message, or a notice
  std::string_view text_;
  TraceContext trace_;
  SharedFrame::Ref plain_;
  std::optional<SharedFrame::Ref> framed_;
};

}  // namespace hermod
