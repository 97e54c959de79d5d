#pragma once
// One connection of one user, as the domain sees it: what it was sent, up to where its client has
// answered, and what it still must be replayed. Owned by its WsPeer, listed in its Hub user.
//
// Replay: a session first reads its user's history from the mark, page by page as the outbox
// empties, and lets live texts pass by, since each of them is in the history by then. When it has
// read past the newest text it saw pass by, it is live. A jump in the count of a live text sends it
// back to reading.
//
// Delivery: behind a text goes a ping whose payload is a counter, one outstanding; its pong
// confirms all that was written before it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/stream_id.h"
#include "bus/bus.h"
#include "core/connection_trace.h"
#include "core/now.h"
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

  // --- for the wire (WsPeer)

  // Appends what may be sent now to `out`: whole frames, at most `bytes_max` (one frame in any
  // case), and a ping behind them when one is due. Returns how many frames with text were taken.
  size_t gather(Now now, std::string& out, size_t bytes_max);

  // The kernel has taken everything that gather() returned.
  void on_written();

  // Appends a ping now unless one is outstanding, in which case nothing happens (heartbeat).
  void ping(Now now, std::string& out);

  // A pong came. One that answers no ping of ours says nothing (RFC 6455 section 5.5.3).
  void on_pong(std::string_view payload);

  bool has_output() const { return !outbox_.empty() || dropped_ != 0; }
  bool ping_outstanding() const { return ping_outstanding_; }
  int64_t pinged_at_ms() const { return pinged_at_ms_; }  // steady, of the last ping; 0: none yet

  // Steady time at which gather() should be called for a ping held back by the pace, or nullopt.
  std::optional<int64_t> ping_due_ms() const;

  // Up to where texts were written and nobody has confirmed them yet; null: there are none.
  StreamId unconfirmed() const;

  // Its connection's span, which its deliveries are linked to; null while it is not kept.
  void set_trace(ConnectionTrace trace) {
    trace_ = std::make_unique<ConnectionTrace>(std::move(trace));
  }
  const ConnectionTrace* trace() const { return trace_.get(); }

  // Half of what waits is dropped and announced, by SLOW_CLIENT_POLICY's order. The memory it held.
  uint64_t drop_half();

  std::string_view user() const;
  Peer& peer() const { return peer_; }
  bool joined() const { return user_ != nullptr; }
  State state() const { return state_; }
  StreamId newest() const { return stream_id_; }  // put into the outbox, or passed over for good
  const Outbox& outbox() const { return outbox_; }

 private:
  friend class Hub;

  // --- for the Hub
  void on_joined(int64_t connected_ms);
  void on_subscribed();
  void on_live(StreamId stream_id, const SharedFrame::Ref& message);
  void on_memory_lost();
  void hasten();  // the pace of pings has become quicker
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
  void pass_by(StreamId stream_id);
  void hold(const SharedFrame::Ref& message);

  void push_bounded(Outbox::Item item);  // by the limits: closes or drops where they are reached
  void push(Outbox::Item item);
  void count_sent(const Outbox::Item& item, Now now);
  void trace_delivery(const Outbox::Item& item, const Error* error);
  void announce_dropped();
  bool may_send(size_t taken) const;
  bool ping_wanted() const;
  void append_ping(Now now, std::string& out);
  void confirm();

  Hub& hub_;
  Peer& peer_;
  HubUser* user_ = nullptr;
  Session* next_ = nullptr;  // the same user's next session
  Outbox outbox_;
  std::unique_ptr<ConnectionTrace> trace_;
  std::unique_ptr<ReplayState> replay_;
  StreamId stream_id_;  // the newest that was put into the outbox, or need not be
  StreamId written_;    // the newest up to which everything was handed to the wire
  StreamId pinged_;     // written_ as it was when the last ping went out
  int64_t pinged_at_ms_ = 0;
  uint32_t ping_counter_ = 0;
  uint32_t dropped_ = 0;  // given up and not announced yet
  State state_ = State::kWaiting;
  bool from_mark_ = true;            // the next page starts at the user's mark, else behind place_
  bool page_wanted_ = false;         // the next page, once the outbox is empty
  bool passed_since_asked_ = false;  // a text went by that the page under way may be too old for
  bool ping_outstanding_ = false;
  bool degraded_ = false;    // which of the two notices about the bus it was sent last
  bool one_by_one_ = false;  // the next message only after the answer to the one before
  bool proven_ = false;      // its client has answered a ping
};

}  // namespace hermod
