// The replay of a session (the states are in session.h):
//
// - When the subscription is confirmed, the session requests a page after the ack cursor, or after
//   the newest stream id that it has.
// - The messages of a page go into the outbox. Earlier messages that the bounds removed are
//   announced by a notice.
// - If there is more to read, the session requests the next page when the outbox is empty, so that
//   a replay never fills it. The first page is small, and the second one waits for the first pong,
//   because a client that connects repeatedly and reads nothing must cost little.
// - At the end of the stream, the session goes live if no newer live message was skipped meanwhile.
//
// If a page fails because the bus is unavailable, the session waits for the next confirmation of
// the subscription. If a live message is not the next one, messages were missed, and the session
// reads the stream again from its newest stream id. If a live message has a higher count but an
// earlier time, or the stream ends before the session's newest stream id, Redis failed over to a
// replica without the newest messages: the session goes back to the end of that copy (go_back).
//
// A message payload that cannot be sent is replaced by a notice. Messages that were routed since
// the connection began are replayed whatever their age, because another process may route them
// before the subscription is confirmed.

#include <algorithm>
#include <cassert>

#include "core/hub.h"
#include "core/notice.h"
#include "core/replay_state.h"
#include "core/session.h"

namespace hermod {
namespace {

// The bounds of a page for a client that has not answered a ping yet.
constexpr size_t kUnprovenEntriesMax = 16;
constexpr size_t kUnprovenBytesMax = 16 * 1024;

}  // namespace

ReplayState& Session::replay_state() {
  if (!replay_) replay_ = std::make_unique<ReplayState>(hub_.held_bytes_);
  return *replay_;
}

void Session::on_joined(int64_t connected_ms) {
  replay_state().joined_ms = connected_ms;
}

void Session::on_subscribed() {
  if (state_ == State::kEnded) return;
  if (replay_) replay_->newest_skipped = replay_->first_skipped = StreamId{};
  state_ = State::kReplaying;
  request_page();
}

void Session::request_page() {
  assert(state_ == State::kReplaying);
  page_wanted_ = false;
  skipped_since_request_ = false;
  const auto self = std::make_shared<Session*>(this);
  replay_state().self = self;
  ReplayRequest request;
  request.user = user();
  if (!proven_) {
    request.entries_max = kUnprovenEntriesMax;
    request.bytes_max = kUnprovenBytesMax;
  }
  if (from_ack_cursor_) {
    request.reach = ReplayRequest::Reach::kAway;
    request.connected_ms = replay_state().joined_ms;
  } else {
    request.reach = ReplayRequest::Reach::kGap;
    request.after = stream_id_;
  }
  hub_.bus_.replay(request, [self = std::weak_ptr<Session*>(self)](const Result<ReplayPage>& page) {
    if (const auto session = self.lock()) (*session)->on_page(page);
  });
}

void Session::on_page(const Result<ReplayPage>& page) {
  assert(state_ == State::kReplaying);
  replay_state().self.reset();
  if (!page) {
    state_ = State::kWaiting;
    return;
  }
  take_page(page.value());
  if (page.value().more && page.value().last > stream_id_) {
    page_wanted_ = true;
    peer_.wake();
  } else {
    finish_replay(page.value());
  }
}

void Session::take_page(const ReplayPage& page) {
  if (from_ack_cursor_) {
    from_ack_cursor_ = false;
    // Messages that another connection acknowledged while the page was pending are not replayed. An
    // ack cursor above the last stream id of the page belongs to a stream that was lost.
    const StreamId known = user_->acknowledged <= page.last ? user_->acknowledged : StreamId{};
    stream_id_ = written_ = pinged_ = std::max(page.after, known);
  }
  if (page.cut != 0) {
    const StreamId upto = page.entries.empty() ? page.last
                                               : StreamId{page.entries.front().stream_id.ms,
                                                          page.entries.front().stream_id.count - 1};
    announce_cut(page.cut, upto);
  }
  Notice missing;  // one notice for consecutive entries that cannot be sent
  for (const ReplayPage::Entry& entry : page.entries) {
    if (!comes_after(entry.stream_id, stream_id_)) continue;
    const Notice* const notice = hub_.replacement_for(*this, entry.stream_id, entry.text);
    const bool goes_on = notice != nullptr && notice->component == missing.component;
    if (missing.count != 0 && !goes_on) push(item_of(std::exchange(missing, {}), stream_id_));
    if (notice == nullptr) {
      replay_entry(entry);
    } else {
      const uint64_t count = missing.count + notice->count;
      missing = *notice;
      missing.count = count;
    }
    stream_id_ = entry.stream_id;
  }
  if (missing.count != 0) push(item_of(missing, stream_id_));
}

void Session::replay_entry(const ReplayPage::Entry& entry) {
  const auto trace = parse_traceparent(entry.traceparent).value_or(TraceContext{});
  push({hub_.traced_message(entry.text, trace), entry.stream_id, OutboxKind::kReplayed});
  ++hub_.stats_.messages_replayed;
}

// Treats messages after `stream_id` as new, even if they are below the session's newest stream id.
void Session::go_back(StreamId stream_id) {
  stream_id_ = stream_id;
  written_ = std::min(written_, stream_id);
  pinged_ = std::min(pinged_, stream_id);
  user_->acknowledged = std::min(user_->acknowledged, stream_id);
}

void Session::announce_cut(uint64_t count, StreamId upto) {
  if (!comes_after(upto, stream_id_)) return;
  if (upto.count > stream_id_.count) count = std::min(count, upto.count - stream_id_.count);
  hub_.stats_.messages_cut += count;
  push(item_of(
      {"notifications_dropped", "history", "these notifications are no longer kept", count}, upto));
  stream_id_ = upto;
}

void Session::finish_replay(const ReplayPage& page) {
  if (page.last < stream_id_) {
    // This message and all later ones are not in the outbox yet.
    const StreamId first = replay_state().first_skipped;
    const bool missed = first && first <= page.last;
    go_back(missed ? StreamId{first.ms, first.count - 1} : page.last);
    if (missed) return request_page();
  }
  stream_id_ = page.last;
  if (replay_state().newest_skipped > stream_id_) {
    if (page.entries.empty() && page.cut == 0 && !skipped_since_request_) {
      // The skipped message is not in the stream: Redis failed over to a replica without it, or
      // another program published the stream id.
      ++hub_.stats_.messages_failed["not_kept"];
      if (!page.last) stream_id_ = replay_state().newest_skipped;
    } else {
      request_page();
      return;
    }
  }
  become_live();
}

void Session::become_live() {
  state_ = State::kLive;
  const auto done = std::move(replay_);
  if (!done) return;
  for (Outbox::Item& item : done->held) {
    push_bounded(std::move(item));
    if (state_ == State::kEnded) return;
  }
}

bool Session::is_next(StreamId stream_id) const {
  if (!stream_id_) return stream_id.count == 1;
  return stream_id.count == stream_id_.count + 1;
}

void Session::on_live(StreamId stream_id, const SharedFrame::Ref& message) {
  switch (state_) {
    case State::kWaiting:
    case State::kReplaying:
      stream_id ? skip(stream_id) : hold(message);
      return;
    case State::kLive:
      take_live(stream_id, message);
      return;
    case State::kEnded:
      return;
  }
}

void Session::skip(StreamId stream_id) {
  ReplayState& passed = replay_state();
  if (!passed.first_skipped) passed.first_skipped = stream_id;
  if (!comes_after(stream_id, passed.newest_skipped)) return;
  passed.newest_skipped = stream_id;
  skipped_since_request_ = true;
}

void Session::take_live(StreamId stream_id, const SharedFrame::Ref& message) {
  if (!stream_id) return push_bounded({message, StreamId{}});
  if (!comes_after(stream_id, stream_id_)) return;
  if (!is_next(stream_id)) {
    state_ = State::kReplaying;
    replay_state().first_skipped = replay_state().newest_skipped = stream_id;
    request_page();
    return;
  }
  if (stream_id < stream_id_) go_back({stream_id.ms, stream_id.count - 1});
  push_bounded({message, stream_id});
  // Set after the push, because a flush inside the push sets written_ to stream_id_.
  stream_id_ = stream_id;
}

void Session::hold(const SharedFrame::Ref& message) {
  const Notice* const notice = hub_.replacement_for(*this, StreamId{}, message->text());
  Outbox::Item item = notice != nullptr ? item_of(*notice, StreamId{}) : Outbox::Item{message, {}};
  ReplayState& meanwhile = replay_state();
  const size_t size = item.message->frame().size();
  const bool admitted =
      hub_.options().outbox.admit(size, meanwhile.held.size(), meanwhile.held_bytes);
  if (admitted && hub_.has_memory_for(size)) {
    meanwhile.held.push_back(std::move(item));
    meanwhile.held_bytes += size;
    hub_.held_bytes_ += size;
  } else {
    ++dropped_;
    ++hub_.stats_.messages_dropped;
  }
}

void Session::on_memory_lost() {
  stream_id_ = written_ = pinged_ = StreamId{};
  if (replay_) replay_->newest_skipped = replay_->first_skipped = StreamId{};
}

}  // namespace hermod
