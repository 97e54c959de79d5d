// A message payload that cannot be sent is replaced by a notice. Messages that were routed after
// the connection began are replayed whatever their age, because another process may route them
// before the subscription is confirmed.
//
// If the stream ends before the session's newest stream id, Redis failed over to a replica without
// the newest messages: the session goes back to the end of that copy (Next::back_to).

#include "core/replay.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "core/notice.h"
#include "core/session_host.h"
#include "core/session_outbox.h"

namespace hermod {
namespace {

// The bounds of a page for a client that has not answered a ping yet.
constexpr size_t kUnprovenEntriesMax = 16;
constexpr size_t kUnprovenBytesMax = 16 * 1024;

StreamId before(StreamId stream_id) {
  return {stream_id.ms, stream_id.count - 1};
}

}  // namespace

Replay::Replay(SessionHost& host, From from, int64_t connected_ms)
    : host_(host), connected_ms_(connected_ms), from_(from) {}

Replay::~Replay() {
  assert(host_.held_bytes >= held_bytes_);
  host_.held_bytes -= held_bytes_;
}

void Replay::request(const Reader& reader, Done done) {
  paused_ = false;
  skipped_since_request_ = false;
  pending_ = std::make_shared<Pending>();
  ReplayRequest request;
  request.user = reader.user;
  request.with_seen = reader.with_seen;
  if (!reader.proven) {
    request.entries_max = kUnprovenEntriesMax;
    request.bytes_max = kUnprovenBytesMax;
  }
  if (from_ == From::kPosition) {
    request.reach = ReplayRequest::Reach::kOffline;
    request.connected_ms = connected_ms_;
    request.cursor = reader.cursor;
  } else {
    request.reach = ReplayRequest::Reach::kGap;
    request.after = reader.newest;
  }
  host_.bus.replay(request, [pending = std::weak_ptr<Pending>(pending_),
                             done = std::move(done)](const Result<ReplayPage>& page) {
    if (!pending.expired()) done(page);
  });
}

std::optional<StreamId> Replay::start(const ReplayPage& page) {
  if (std::exchange(from_, From::kNewest) == From::kNewest) return std::nullopt;
  return page.after;
}

StreamId Replay::accept(const ReplayPage& page, StreamId newest, SessionOutbox& outbox,
                        const Known& known) {
  assert(from_ == From::kNewest);
  assert(!paused_);
  if (page.cut != 0) newest = announce_cut(page, newest, outbox);
  Notice missing;  // one notice for consecutive entries that cannot be sent
  for (const ReplayPage::Entry& entry : page.entries) {
    if (!comes_after(entry.stream_id, newest)) continue;
    if (entry.first_ms && known(*entry.first_ms)) {
      newest = entry.stream_id;
      continue;
    }
    const Notice* const notice = outbox.replacement_for(entry.stream_id, entry.text);
    const bool continues = notice != nullptr && notice->component == missing.component;
    if (missing.count != 0 && !continues) outbox.push_notice(std::exchange(missing, {}), newest);
    if (notice == nullptr) {
      push_entry(entry, outbox);
    } else {
      const uint64_t count = missing.count + notice->count;
      missing = *notice;
      missing.count = count;
    }
    newest = entry.stream_id;
  }
  if (missing.count != 0) outbox.push_notice(missing, newest);
  return newest;
}

StreamId Replay::announce_cut(const ReplayPage& page, StreamId newest, SessionOutbox& outbox) {
  assert(page.cut != 0);
  const StreamId upto = page.entries.empty() ? page.last : before(page.entries.front().stream_id);
  if (!comes_after(upto, newest)) return newest;
  uint64_t count = page.cut;
  if (upto.count > newest.count) count = std::min(count, upto.count - newest.count);
  host_.stats.messages_cut += count;
  outbox.push_notice(
      {"notifications_dropped", "history", "these notifications are no longer kept", count}, upto);
  return upto;
}

void Replay::push_entry(const ReplayPage::Entry& entry, SessionOutbox& outbox) {
  outbox.push_replayed(entry);
  ++host_.stats.messages_replayed;
}

Replay::Next Replay::after(const ReplayPage& page, StreamId newest) {
  pending_.reset();
  paused_ = page.more && page.last > newest;
  if (paused_) return {Step::kPause, newest, {}};
  Next next{Step::kLive, page.last, {}};
  if (page.last < newest) {
    // The first skipped message and all later ones are not in the outbox yet.
    const bool missed = first_skipped_ && first_skipped_ <= page.last;
    next.back_to = missed ? before(first_skipped_) : page.last;
    if (missed) return {Step::kRead, *next.back_to, next.back_to};
  }
  if (newest_skipped_ <= page.last) return next;
  if (!page.entries.empty() || page.cut != 0 || skipped_since_request_) {
    next.step = Step::kRead;
    return next;
  }
  // The skipped message is not in the stream: Redis failed over to a replica without it, or another
  // program published the stream id.
  ++host_.stats.messages_failed["not_kept"];
  next.not_kept = true;
  if (!page.last) next.newest = newest_skipped_;
  return next;
}

void Replay::skip(StreamId stream_id) {
  assert(stream_id);
  if (!first_skipped_) first_skipped_ = stream_id;
  if (!comes_after(stream_id, newest_skipped_)) return;
  newest_skipped_ = stream_id;
  skipped_since_request_ = true;
}

bool Replay::hold(Outbox::Item item) {
  assert(!item.stream_id);
  const size_t size = item.message->frame().size();
  if (!host_.options.outbox.admit(size, held_.size(), held_bytes_)) return false;
  if (!host_.has_memory_for(size)) return false;
  held_.push_back(std::move(item));
  held_bytes_ += size;
  host_.held_bytes += size;
  return true;
}

}  // namespace hermod
