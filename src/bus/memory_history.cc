#include "bus/memory_history.h"

#include <algorithm>
#include <cassert>

#include "bus/replay_page.h"

namespace hermod {
namespace {

constexpr int64_t kGapMs = 60'000;       // as in Redis: minimum history for a gap
constexpr int64_t kUserMs = 86'400'000;  // as in Redis: lifetime of `last` and `acked`
constexpr int kSweepMax = 16;  // removals per kind in one append(), which adds one of each

std::string seen_key(std::string_view user, std::string_view event_id) {
  std::string key(user);
  key += '\0';
  key += event_id;
  return key;
}

}  // namespace

MemoryHistory::MemoryHistory(const Clock& clock, const MemoryBusOptions& options)
    : clock_(clock),
      options_(options),
      text_ms_(std::max(static_cast<int64_t>(options.notification_ttl_s) * 1000, kGapMs)),
      user_ms_(std::max(kUserMs, 2 * text_ms_)) {}

std::optional<StreamId> MemoryHistory::append(std::string_view user, std::string_view event_id,
                                              std::string_view text, std::string_view traceparent) {
  sweep();
  const int64_t now_ms = clock_.steady_ms();
  const auto [seen, fresh] = seen_.insert(seen_key(user, event_id));
  if (!fresh) return std::nullopt;
  seen_expiries_.emplace_back(now_ms + static_cast<int64_t>(options_.idempotency_ttl_s) * 1000,
                              &*seen);
  User& entry = touch(user);
  const auto wall_ms = static_cast<uint64_t>(clock_.wall_ms());
  assert(entry.texts.empty() || entry.texts.back().stream_id <= entry.last);
  entry.last = {std::max(wall_ms, entry.last.ms), entry.last.count + 1};
  entry.texts.push_back({entry.last, std::string(text), std::string(traceparent)});
  ++texts_kept_;
  text_expiries_.push_back({now_ms + text_ms_, &entry, entry.last});
  while (entry.texts.size() > options_.history_max) drop_front(entry);
  return entry.last;
}

MemoryCursors::Now MemoryHistory::now() const {
  return {clock_.steady_ms(), clock_.wall_ms(),
          static_cast<int64_t>(options_.notification_ttl_s) * 1000};
}

// Messages that were routed since the connection began follow in any case, even if another
// connection has confirmed them already.
StreamId MemoryHistory::begin(const ReplayRequest& request, User& user) {
  const uint64_t forgotten = user.cursors.forgotten();
  const StreamId position = user.cursors.begin(request.cursor, user.last, now());
  devices_forgotten_ += user.cursors.forgotten() - forgotten;
  if (!request.connected_ms) return position;
  const int64_t since_ms = clock_.wall_ms() - (clock_.steady_ms() - *request.connected_ms) + 1;
  for (const ReplayPage::Entry& entry : user.texts) {
    if (static_cast<int64_t>(entry.stream_id.ms) < since_ms) continue;
    if (entry.stream_id > position) break;
    const StreamId lower{entry.stream_id.ms, entry.stream_id.count - 1};
    user.cursors.lower(request.cursor, lower);
    return lower;
  }
  return position;
}

ReplayPage MemoryHistory::page(const ReplayRequest& request) {
  ReplayPage page;
  page.after = request.after.value_or(StreamId{});
  const bool begins = !request.after && request.cursor.connection != 0;
  auto found = users_.find(request.user);
  if (found == users_.end() && begins) {
    touch(request.user);
    found = users_.find(request.user);
  }
  if (found == users_.end()) return page;
  User& user = found->second;
  page.last = user.last;
  if (!request.after) page.after = begin(request, user);
  // Later than `last` but with a lower count: the id is from another history (replay_script.cc).
  const bool elsewhere = page.after.ms > user.last.ms && page.after.count < user.last.count;
  uint64_t older_ms = 0;  // messages up to this time are too old
  if (request.reach == ReplayRequest::Reach::kOffline) {
    const auto wall_ms = static_cast<uint64_t>(clock_.wall_ms());
    uint64_t age_ms = options_.notification_ttl_s * 1000;
    if (request.connected_ms) {
      const auto connected_ms = static_cast<uint64_t>(clock_.steady_ms() - *request.connected_ms);
      // + 2: also the first millisecond, and the times are rounded down.
      age_ms = std::max(age_ms, connected_ms + 2);
    }
    older_ms = wall_ms - std::min(wall_ms, age_ms);
  }
  size_t bytes = 0;
  for (const auto& text : user.texts) {
    const bool seen =
        elsewhere ? text.stream_id.count <= page.after.count : text.stream_id <= page.after;
    if (seen || text.stream_id.ms <= older_ms) continue;
    const bool full = page.entries.size() >= request.entries_max ||
                      (!page.entries.empty() && bytes + text.text.size() > request.bytes_max);
    page.more = full;
    if (full) break;
    bytes += text.text.size();
    page.entries.push_back(text);
    page.entries.back().seen = request.with_seen && user.seen.contains(text.stream_id);
  }
  if (request.with_seen) page.seen.assign(user.seen.begin(), user.seen.end());
  const bool cut_wanted =
      request.reach == ReplayRequest::Reach::kGap || options_.notification_ttl_s != 0;
  page.cut = cut_wanted ? count_cut(page) : 0;
  return page;
}

void MemoryHistory::acknowledge(const Acknowledgement& given) {
  const auto found = users_.find(given.user);
  if (found == users_.end()) return;
  User& entry = found->second;
  if (given.stream_id > entry.last && given.stream_id.count < entry.last.count)
    return;  // an id of another history
  entry.cursors.acknowledge(given.cursor, std::min(given.stream_id, entry.last), given.ended);
}

void MemoryHistory::end_cursor(std::string_view user, const Cursor& cursor, CursorEnd end) {
  const auto found = users_.find(user);
  if (found != users_.end()) found->second.cursors.end(cursor, end, now());
}

std::vector<StreamId> MemoryHistory::mark_seen(const SeenRequest& request) {
  std::vector<StreamId> fresh;
  const auto found = users_.find(request.user);
  if (found == users_.end()) return fresh;
  for (const ReplayPage::Entry& entry : found->second.texts) {
    const StreamId id = entry.stream_id;
    if (id > request.sent) break;
    if (id > request.up_to && std::ranges::count(request.ids, id) == 0) continue;
    if (found->second.seen.insert(id).second) fresh.push_back(id);
  }
  return fresh;
}

void MemoryHistory::clear(const std::function<bool(std::string_view user)>& belongs) {
  const auto name_in = [](const std::string& key) {
    return std::string_view(key).substr(0, key.find('\0'));
  };
  std::erase_if(text_expiries_,
                [&](const TextExpiry& expiry) { return belongs(**expiry.user->idle); });
  std::erase_if(seen_expiries_,
                [&](const auto& expiry) { return belongs(name_in(*expiry.second)); });
  std::erase_if(seen_, [&](const std::string& key) { return belongs(name_in(key)); });
  for (auto user = users_.begin(); user != users_.end();) {
    if (!belongs(user->first)) {
      ++user;
      continue;
    }
    texts_kept_ -= user->second.texts.size();
    idle_.erase(user->second.idle);
    user = users_.erase(user);
  }
}

MemoryHistory::User& MemoryHistory::touch(std::string_view user) {
  auto found = users_.find(user);
  if (found == users_.end()) {
    found = users_.try_emplace(std::string(user)).first;
    found->second.idle = idle_.insert(idle_.end(), &found->first);
  }
  User& entry = found->second;
  entry.touched_ms = clock_.steady_ms();
  idle_.splice(idle_.end(), idle_, entry.idle);
  return entry;
}

void MemoryHistory::sweep() {
  const int64_t now_ms = clock_.steady_ms();
  for (int i = 0; i < kSweepMax && !seen_expiries_.empty(); ++i) {
    const auto& [at_ms, key] = seen_expiries_.front();
    if (at_ms > now_ms) break;
    seen_.erase(seen_.find(*key));
    seen_expiries_.pop_front();
  }
  for (int i = 0; i < kSweepMax && !text_expiries_.empty(); ++i) {
    const TextExpiry expiry = text_expiries_.front();
    if (expiry.at_ms > now_ms) break;
    text_expiries_.pop_front();
    auto& texts = expiry.user->texts;
    if (!texts.empty() && texts.front().stream_id == expiry.stream_id) drop_front(*expiry.user);
  }
  // The messages of a user expire long before the user, so no TextExpiry points to a user that is
  // removed here.
  for (int i = 0; i < kSweepMax && !idle_.empty(); ++i) {
    const auto user = users_.find(*idle_.front());
    if (!user->second.texts.empty() || user->second.touched_ms + user_ms_ > now_ms) break;
    if (!text_expiries_.empty() && text_expiries_.front().at_ms <= now_ms) break;
    idle_.pop_front();
    users_.erase(user);
  }
}

void MemoryHistory::drop_front(User& user) {
  assert(!user.texts.empty());
  assert(texts_kept_ > 0);
  user.seen.erase(user.texts.front().stream_id);
  user.texts.pop_front();
  --texts_kept_;
}

}  // namespace hermod
