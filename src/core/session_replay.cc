// How a session catches up (states in session.h):
//
// - the subscription stands: read from the user's mark, or behind the newest place we have;
// - a page comes: its texts go into the outbox; what the bounds cut away before it is announced;
// - more to read: the next page once the outbox is empty, so a replay is never "slow". The first is
//   small, and the next one waits for the first pong: a client that connects and reads nothing,
//   again and again, costs little;
// - read to the end, and nothing newer went by meanwhile: live.
// A page that fails (the bus went away): wait for the subscription to stand again.
// A live text that is not the next one: something was missed, so read again from where we are.
// A count above ours with a time below it, or a history that ends below ours: Redis failed over to
// a copy without the newest messages. The session goes back to where that copy is (go_back).
// A message payload that cannot be sent, live or on a page: a notice goes in its place.
// Whatever the age that is replayed: what was routed since the connection began is read, since
// another process may route before the subscription is confirmed.

#include <algorithm>
#include <cassert>

#include "core/catch_up.h"
#include "core/hub.h"
#include "core/notice.h"
#include "core/session.h"

namespace hermod {
namespace {

// A page for a client that has not answered a ping yet.
constexpr size_t kUnprovenEntriesMax = 16;
constexpr size_t kUnprovenBytesMax = 16 * 1024;

}  // namespace

CatchUp& Session::catch_up() {
  if (!catch_up_) catch_up_ = std::make_unique<CatchUp>(hub_.held_bytes_);
  return *catch_up_;
}

void Session::on_joined(int64_t connected_ms) {
  catch_up().joined_ms = connected_ms;
}

void Session::on_subscribed() {
  if (state_ == State::kEnded) return;
  if (catch_up_) catch_up_->passed_by = catch_up_->passed_first = Place{};
  state_ = State::kReplaying;
  request_page();
}

void Session::request_page() {
  assert(state_ == State::kReplaying);
  page_wanted_ = false;
  passed_since_asked_ = false;
  const auto self = std::make_shared<Session*>(this);
  catch_up().self = self;
  ReplayRequest request;
  request.user = user();
  if (!proven_) {
    request.entries_max = kUnprovenEntriesMax;
    request.bytes_max = kUnprovenBytesMax;
  }
  if (from_mark_) {
    request.reach = ReplayRequest::Reach::kAway;
    request.connected_ms = catch_up().joined_ms;
  } else {
    request.reach = ReplayRequest::Reach::kGap;
    request.after = place_;
  }
  hub_.bus_.replay(request, [self = std::weak_ptr<Session*>(self)](const Result<ReplayPage>& page) {
    if (const auto session = self.lock()) (*session)->on_page(page);
  });
}

void Session::on_page(const Result<ReplayPage>& page) {
  assert(state_ == State::kReplaying);
  catch_up().self.reset();
  if (!page) {
    state_ = State::kWaiting;
    return;
  }
  take_page(page.value());
  if (page.value().more && page.value().last > place_) {
    page_wanted_ = true;
    peer_.wake();
  } else {
    finish_replay(page.value());
  }
}

void Session::take_page(const ReplayPage& page) {
  if (from_mark_) {
    from_mark_ = false;
    // What another connection acknowledged while the page was under way is not replayed either;
    // what is above the page's last is of another history.
    const Place known = user_->mark <= page.last ? user_->mark : Place{};
    place_ = written_ = pinged_ = std::max(page.after, known);
  }
  if (page.cut != 0) {
    const Place upto = page.entries.empty() ? page.last
                                            : Place{page.entries.front().place.ms,
                                                    page.entries.front().place.count - 1};
    announce_cut(page.cut, upto);
  }
  Notice missing;  // of entries one after the other that are announced, not sent
  for (const ReplayPage::Entry& entry : page.entries) {
    if (!comes_after(entry.place, place_)) continue;
    const Notice* const notice = hub_.instead_of(*this, entry.place, entry.text);
    const bool goes_on = notice != nullptr && notice->component == missing.component;
    if (missing.count != 0 && !goes_on) push(item_of(std::exchange(missing, {}), place_));
    if (notice == nullptr) {
      replay_entry(entry);
    } else {
      const uint64_t count = missing.count + notice->count;
      missing = *notice;
      missing.count = count;
    }
    place_ = entry.place;
  }
  if (missing.count != 0) push(item_of(missing, place_));
}

void Session::replay_entry(const ReplayPage::Entry& entry) {
  const auto trace = parse_traceparent(entry.traceparent).value_or(TraceContext{});
  push({hub_.traced_message(entry.text, trace), entry.place, Kind::kReplayed});
  ++hub_.stats_.messages_replayed;
}

// What comes after `place` is new, though it may be below what this session has had so far.
void Session::go_back(Place place) {
  place_ = place;
  written_ = std::min(written_, place);
  pinged_ = std::min(pinged_, place);
  user_->mark = std::min(user_->mark, place);
}

void Session::announce_cut(uint64_t count, Place upto) {
  if (!comes_after(upto, place_)) return;
  if (upto.count > place_.count) count = std::min(count, upto.count - place_.count);
  hub_.stats_.messages_cut += count;
  push(item_of(
      {"notifications_dropped", "history", "these notifications are no longer kept", count}, upto));
  place_ = upto;
}

void Session::finish_replay(const ReplayPage& page) {
  if (page.last < place_) {
    const Place first = catch_up().passed_first;  // and all since are not in the outbox yet
    const bool missed = first && first <= page.last;
    go_back(missed ? Place{first.ms, first.count - 1} : page.last);
    if (missed) return request_page();
  }
  place_ = page.last;
  if (catch_up().passed_by > place_) {
    if (page.entries.empty() && page.cut == 0 && !passed_since_asked_) {
      // It went by before, and yet it was not kept: a bus that failed over to a copy without it, or
      // a stream id that another program made up.
      ++hub_.stats_.messages_failed["not_kept"];
      if (!page.last) place_ = catch_up().passed_by;
    } else {
      request_page();
      return;
    }
  }
  become_live();
}

void Session::become_live() {
  state_ = State::kLive;
  const auto done = std::move(catch_up_);
  if (!done) return;
  for (Outbox::Item& item : done->held) {
    push_bounded(std::move(item));
    if (state_ == State::kEnded) return;
  }
}

bool Session::is_next(Place place) const {
  if (!place_) return place.count == 1;
  return place.count == place_.count + 1;
}

void Session::on_live(Place place, const Message::Ref& message) {
  switch (state_) {
    case State::kWaiting:
    case State::kReplaying:
      place ? pass_by(place) : hold(message);
      return;
    case State::kLive:
      take_live(place, message);
      return;
    case State::kEnded:
      return;
  }
}

void Session::pass_by(Place place) {
  CatchUp& passed = catch_up();
  if (!passed.passed_first) passed.passed_first = place;
  if (!comes_after(place, passed.passed_by)) return;
  passed.passed_by = place;
  passed_since_asked_ = true;
}

void Session::take_live(Place place, const Message::Ref& message) {
  if (!place) return push_bounded({message, Place{}});
  if (!comes_after(place, place_)) return;
  if (!is_next(place)) {
    state_ = State::kReplaying;
    catch_up().passed_first = catch_up().passed_by = place;
    request_page();
    return;
  }
  if (place < place_) go_back({place.ms, place.count - 1});
  push_bounded({message, place});
  place_ = place;  // not before it is in the outbox, since what empties that counts as written
}

void Session::hold(const Message::Ref& message) {
  const Notice* const notice = hub_.instead_of(*this, Place{}, message->text());
  Outbox::Item item = notice != nullptr ? item_of(*notice, Place{}) : Outbox::Item{message, {}};
  CatchUp& meanwhile = catch_up();
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
  place_ = written_ = pinged_ = Place{};
  if (catch_up_) catch_up_->passed_by = catch_up_->passed_first = Place{};
}

}  // namespace hermod
