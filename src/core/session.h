#pragma once
// The domain side of one WebSocket connection. Owned by its WsPeer and listed in its HubUser.
//
// A session first replays the user's stream from its acknowledged position, page by page (Replay).
// In the meantime it skips live messages, because the stream already contains them. When it has
// read up to the newest live message that it skipped, it goes live. If the count of a live message
// jumps, the session reads the stream again. SessionOutbox queues the messages, and SessionDelivery
// writes them and has the client confirm them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/stream_id.h"
#include "core/replay.h"
#include "core/session_delivery.h"
#include "hermod/result.h"

namespace hermod {

class LiveMessage;

class Session final : public SessionDelivery {
 public:
  enum class State : uint8_t {
    kWaiting,    // to be admitted, and for the confirmation of the subscription
    kReplaying,  // a page is pending, or the replay is paused
    kLive,       // has no Replay
    kEnded,      // sends nothing any more
  };

  Session(SessionHost& host, Peer& peer);  // both outlive it

  // --- called by WsPeer

  // The client selected hermod.v1. Called once, before join().
  void use_frames();

  // Appends to `out` what may be sent now: complete frames of at most `bytes_max` in total, but at
  // least one frame, and then a ping if one is due. Returns the number of text frames.
  size_t gather(Instant now, std::string& out, size_t bytes_max);

  // The kernel has accepted everything that gather() appended.
  void on_written();

  // Called with each pong. Unsolicited pongs are ignored (RFC 6455 section 5.5.3).
  void on_pong(std::string_view payload);

  State state() const { return state_; }
  StreamId newest() const { return newest_; }  // the newest stream id that it has handled

  // --- called by Hub

  void join(HubUser& user, int64_t connected_ms);
  HubUser& leave();  // returns its user; precondition: joined
  // The limit of the user's connections permits the session. Called once, before on_subscribed().
  void admit();
  bool admitted() const { return admitted_; }
  void on_subscribed();
  // `first_ms` as in BusListener::on_repeated_text(); none: no repeat.
  void on_live(LiveMessage& message, std::optional<int64_t> first_ms);
  void on_memory_lost();
  // Reads a page again, if it is live.
  void compare_again() {
    if (state_ == State::kLive) read_again({});
  }
  // The user's tokens that were issued in this second or before are revoked: the connections with
  // such a token are closed. 0: none are.
  static void revoke(HubUser& user, uint32_t revoked_s);
  // A notice or a frame, within the limits of the outbox.
  void offer(Outbox::Item item) {
    if (state_ != State::kEnded) push_or_close(std::move(item));
  }
  Session* next() const { return next_; }  // the same user's next session

 private:
  void enter(State state);
  void read_again(StreamId skipped);
  void request_page();
  void compare();
  void on_page(const Result<ReplayPage>& page);
  void accept_live(StreamId stream_id, const SharedFrame::Ref& message, bool known);
  bool was_live_at(int64_t steady_ms) const;
  void go_back(StreamId stream_id);
  void go_live();
  void push_or_close(Outbox::Item&& item);
  void confirm_pinged();
  void end();

  State state_ = State::kWaiting;
  bool admitted_ = false;
  // It has received every live message since then: steady, the lower 32 bits; 0: since no time.
  uint32_t live_since_ms_ = 0;
  StreamId newest_;
  std::unique_ptr<Replay> replay_;  // null while live, and after the end
  Session* next_ = nullptr;
};

}  // namespace hermod
