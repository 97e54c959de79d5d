#include "core/session_frames.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

#include "core/session.h"
#include "core/session_host.h"
#include "frames/server_frames.h"

namespace hermod {
namespace {

constexpr size_t kSeenIdsInFrameMax = 1024;
constexpr size_t kWaitingMax = 4096;

// Whether an id that a client names can be one of those that it was sent: up to `sent`.
bool was_sent(StreamId id, StreamId sent) {
  return id.ms <= sent.ms && id.count <= sent.count;
}

// Of an `up_to` that a client names, the part that it was sent; null: the id is forged.
StreamId sent_up_to(StreamId up_to, StreamId sent) {
  const bool all = up_to.ms >= sent.ms && up_to.count >= sent.count;
  if (all) return sent;
  return was_sent(up_to, sent) ? up_to : StreamId{};
}

// An estimate: there may be gaps between the entries.
uint64_t count_replayed(const ReplayPage& page, StreamId position) {
  const uint64_t after = page.last.count - std::min(page.last.count, position.count);
  return after - std::min(after, page.cut);
}

}  // namespace

SessionFrames::SessionFrames(SessionHost& host, Session& session)
    : host_(host), session_(session) {}

// --- welcome

bool SessionFrames::append_welcome(Instant now, std::string& out) {
  if (welcome_.sent()) return true;
  if (!welcome_.is_due(now.steady_ms)) return false;
  const Peer& peer = session_.peer();
  const Peer::Terms terms = peer.terms();
  const std::string connection = std::to_string(peer.connection());
  const std::string text =
      welcome_frame({connection, session_.user(), peer.device(), terms.expires_at_ms,
                     terms.heartbeat_ms, welcome_.replaying()});
  out += SharedFrame::build(text)->frame();
  welcome_.on_sent();
  return true;
}

// --- what was seen

void SessionFrames::on_page(const ReplayPage& page, StreamId position) {
  if (!std::exchange(started_, true)) {
    welcome_.on_first_page(count_replayed(page, position));
    session_.peer().wake();
    if (const std::unique_ptr<SeenFrame> early = std::move(early_)) on_client_seen(*early);
  }
  if (!std::exchange(repeat_seen_, false)) return;
  // The entries of the page say themselves whether they were seen.
  std::vector<StreamId> ids;
  for (const StreamId id : page.seen) {
    if (!comes_after(id, position)) ids.push_back(id);
  }
  for (std::span<const StreamId> rest = ids; !rest.empty();) {
    const std::span<const StreamId> some = rest.first(std::min(rest.size(), kSeenIdsInFrameMax));
    session_.push({SharedFrame::build(seen_frame(some)), StreamId{}, OutboxKind::kNotice});
    rest = rest.subspan(some.size());
  }
}

void SessionFrames::on_seen(std::span<const StreamId> ids) {
  for (const StreamId id : ids) {
    const auto at = std::lower_bound(waiting_seen_.begin(), waiting_seen_.end(), id);
    if (at != waiting_seen_.end() && *at == id) continue;
    if (waiting_seen_.size() < kWaitingMax) waiting_seen_.insert(at, id);
  }
  on_advanced(session_.newest());
}

void SessionFrames::send_waiting(StreamId position) {
  const auto later =
      std::stable_partition(waiting_seen_.begin(), waiting_seen_.end(),
                            [position](StreamId id) { return !comes_after(id, position); });
  if (later == waiting_seen_.begin()) return;
  const std::string frame = seen_frame({waiting_seen_.begin(), later});
  waiting_seen_.erase(waiting_seen_.begin(), later);
  if (waiting_seen_.empty()) waiting_seen_.shrink_to_fit();
  send(frame);
}

// --- the frames of the client

void SessionFrames::on_client_seen(const SeenFrame& seen) {
  if (!started_) return keep_early(seen);
  const StreamId sent = session_.written();
  if (!session_.joined() || !sent) return;  // it was sent nothing
  const StreamId upto = acknowledged_by(seen);
  // A repetition costs Redis as much as the first report, and changes nothing.
  const StreamId up_to = sent_up_to(seen.up_to, sent);
  if (seen.ids.empty() && !comes_after(up_to, seen_up_to_)) return;
  seen_up_to_ = std::max(seen_up_to_, up_to);
  host_.bus.mark_seen({session_.user(), seen.ids, seen.up_to, sent, session_.peer().connection()});
  if (comes_after(upto, session_.confirmed())) session_.confirm_upto(upto);
}

void SessionFrames::keep_early(const SeenFrame& seen) {
  if (!early_) early_ = std::make_unique<SeenFrame>();
  early_->up_to = std::max(early_->up_to, seen.up_to);
  const size_t room = kSeenIdsMax - early_->ids.size();
  const auto end = seen.ids.begin() + static_cast<std::ptrdiff_t>(std::min(room, seen.ids.size()));
  early_->ids.insert(early_->ids.end(), seen.ids.begin(), end);
}

// The position that the connection has then acknowledged.
StreamId SessionFrames::acknowledged_by(const SeenFrame& seen) const {
  const StreamId sent = session_.written();
  StreamId upto = std::min(session_.confirmed(), sent);
  upto = std::max(upto, sent_up_to(seen.up_to, sent));
  std::vector<StreamId> ids = seen.ids;
  std::sort(ids.begin(), ids.end());
  for (const StreamId id : ids) {
    if (id > upto && id.count == upto.count + 1 && was_sent(id, sent)) upto = id;
  }
  return upto;
}

void SessionFrames::on_malformed(const MalformedFrame& fault, Instant now) {
  if (!errors_) errors_ = std::make_unique<ErrorRate>();
  if (!errors_->admit(now.steady_ms)) return;
  send(error_frame(fault.code, fault.message));
}

void SessionFrames::send(std::string_view frame) {
  session_.offer({SharedFrame::build(frame), StreamId{}, OutboxKind::kNotice});
}

}  // namespace hermod
