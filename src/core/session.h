#pragma once
// The domain side of one WebSocket connection: the messages that were sent, those that the client
// has confirmed, and those that must be replayed. Owned by its WsPeer and listed in its HubUser.
//
// Replay: a session first reads the user's stream from the ack cursor, page by page as the outbox
// empties. It skips live messages meanwhile, because the stream already contains them. When it has
// read up to the newest live message that it skipped, it goes live. If the count of a live message
// jumps, the session reads the stream again.
//
// Delivery: after a message the session sends a ping whose payload is a counter; at most one is
// outstanding. Its pong confirms everything that was written before the ping.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/stream_id.h"
#include "bus/bus.h"
#include "core/connection_trace.h"
#include "core/instant.h"
#include "core/outbox.h"
#include "core/peer.h"

namespace hermod {

class Hub;
struct ReplayState;
struct HubUser;
struct Notice;

class Session {
 public:
  enum class State : uint8_t { kWaiting, kReplaying, kLive, kEnded };

  Session(Hub& hub, Peer& peer);  // both outlive it
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // --- called by WsPeer

  // Appends to `out` what may be sent now: complete frames of at most `bytes_max` in total, but at
  // least one frame, and then a ping if one is due. Returns the number of text frames.
  size_t gather(Instant now, std::string& out, size_t bytes_max);

  // The kernel has accepted everything that gather() appended.
  void on_written();

  // Appends a ping (heartbeat). Does nothing while a ping is outstanding.
  void ping(Instant now, std::string& out);

  // Called with each pong. Unsolicited pongs are ignored (RFC 6455 section 5.5.3).
  void on_pong(std::string_view payload);

  bool has_output() const { return !outbox_.empty() || dropped_ != 0; }
  bool ping_outstanding() const { return ping_outstanding_; }
  int64_t pinged_at_ms() const { return pinged_at_ms_; }  // steady, of the last ping; 0: none yet

  // Steady time at which gather() should be called for a ping that delivery_ping_ms delays, or
  // nullopt.
  std::optional<int64_t> ping_due_ms() const;

  // The newest written stream id if no client of the user has confirmed it yet, else null.
  StreamId unconfirmed() const;

  // The span of the connection, to which the spans of its deliveries link; null: not sampled.
  void set_trace(ConnectionTrace trace) {
    trace_ = std::make_unique<ConnectionTrace>(std::move(trace));
  }
  const ConnectionTrace* trace() const { return trace_.get(); }

  // Drops half of the waiting bytes, in the order of SLOW_CLIENT_POLICY=drop_oldest, and announces
  // the dropped messages. Returns the number of bytes freed.
  uint64_t drop_half();

  std::string_view user() const;
  Peer& peer() const { return peer_; }
  bool joined() const { return user_ != nullptr; }
  State state() const { return state_; }
  StreamId newest() const { return stream_id_; }  // put into the outbox, or skipped for good
  const Outbox& outbox() const { return outbox_; }

 private:
  friend class Hub;

  // --- called by Hub
  void on_joined(int64_t connected_ms);
  void on_subscribed();
  void on_live(StreamId stream_id, const SharedFrame::Ref& message);
  void on_memory_lost();
  void expedite_ping();  // the pings may be sent earlier from now on
  void end();

  // --- replay
  ReplayState& replay_state();
  void request_page();
  void on_page(const Result<ReplayPage>& page);
  void take_page(const ReplayPage& page);
  void replay_entry(const ReplayPage::Entry& entry);
  void go_back(StreamId stream_id);
  void announce_cut(uint64_t count, StreamId upto);
  Outbox::Item item_of(const Notice& notice, StreamId stream_id) const;
  void finish_replay(const ReplayPage& page);
  void become_live();
  bool is_next(StreamId stream_id) const;
  void take_live(StreamId stream_id, const SharedFrame::Ref& message);
  void skip(StreamId stream_id);
  void hold(const SharedFrame::Ref& message);

  void push_bounded(Outbox::Item item);  // at the limits, closes the connection or drops messages
  void push(Outbox::Item item);
  void count_sent(const Outbox::Item& item, Instant now);
  void trace_delivery(const Outbox::Item& item, const Error* error);
  void announce_dropped();
  bool may_send(size_t taken) const;
  bool ping_wanted() const;
  void append_ping(Instant now, std::string& out);
  void confirm();

  Hub& hub_;
  Peer& peer_;
  HubUser* user_ = nullptr;
  Session* next_ = nullptr;  // the same user's next session
  Outbox outbox_;
  std::unique_ptr<ConnectionTrace> trace_;
  std::unique_ptr<ReplayState> replay_;
  StreamId stream_id_;  // the newest that was put into the outbox, or need not be
  StreamId written_;    // the newest up to which everything was written or dropped
  StreamId pinged_;     // the value of written_ when the last ping was sent
  int64_t pinged_at_ms_ = 0;
  uint32_t ping_counter_ = 0;
  uint32_t dropped_ = 0;  // messages that were dropped and not announced yet
  State state_ = State::kWaiting;
  bool from_ack_cursor_ = true;         // the next page follows the ack cursor, else stream_id_
  bool page_wanted_ = false;            // request the next page when the outbox is empty
  bool skipped_since_request_ = false;  // a live message was skipped that the pending page may lack
  bool ping_outstanding_ = false;
  bool degraded_ = false;    // the last notice was service_degraded, not service_restored
  bool one_by_one_ = false;  // send each message only after the pong to the one before
  bool proven_ = false;      // the client has answered a ping
};

}  // namespace hermod
