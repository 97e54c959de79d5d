// The live messages of a session.
#include <cassert>
#include <utility>

#include "core/live_message.h"
#include "core/session.h"
#include "core/session_frames.h"

namespace hermod {
namespace {

bool is_next(StreamId stream_id, StreamId newest) {
  return stream_id.count == (newest ? newest.count + 1 : 1);
}

}  // namespace

void Session::on_live(LiveMessage& message, std::optional<int64_t> first_ms) {
  if (state_ == State::kEnded) return;
  assert((state_ == State::kLive) == (replay_ == nullptr));
  const StreamId stream_id = message.stream_id();
  if (state_ != State::kLive && stream_id) return replay_->skip(stream_id);
  const SharedFrame::Ref& frame = message.frame(form());
  if (!frame) return;
  if (state_ == State::kLive) {
    // A session that was live when the event was first received has it, and only moves on.
    return accept_live(stream_id, frame, first_ms && was_live_at(*first_ms));
  }
  Outbox::Item item{frame, StreamId{}};
  replace_unsendable(item);
  if (!replay_->hold(std::move(item))) count_dropped();
}

bool Session::was_live_at(int64_t steady_ms) const {
  const auto age = static_cast<uint32_t>(steady_ms) - live_since_ms_;
  return live_since_ms_ != 0 && age < uint32_t{1} << 31;
}

void Session::accept_live(StreamId stream_id, const SharedFrame::Ref& message, bool known) {
  assert(replay_ == nullptr);
  if (!stream_id) return push_or_close({message, StreamId{}});
  if (!comes_after(stream_id, newest_)) return;
  if (!is_next(stream_id, newest_)) return read_again(stream_id);
  if (stream_id < newest_) go_back({stream_id.ms, stream_id.count - 1});
  if (known) {
    newest_ = stream_id;
    peer_.wake();
  } else {
    push_or_close({message, stream_id});
    // Set after the push, because a flush inside the push reports everything up to newest_ as
    // written.
    newest_ = stream_id;
  }
  if (frames_) frames_->on_advanced(newest_);
}

void Session::on_memory_lost() {
  newest_ = StreamId{};
  ack_.start_at(StreamId{});
  if (replay_) replay_->forget_skipped();
  if (frames_) frames_->on_memory_lost();
}

}  // namespace hermod
