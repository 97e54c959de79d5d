#pragma once
// One client's connection, from its adoption to the last callback of its socket. The library's
// callbacks come in from WsServer, the domain's through Peer.
//
// Output: wake() marks it; at the end of the turn flush() writes what the session has, at once.
// What the kernel does not take the library drains; until then nothing more is gathered. Only whole
// frames are written, and none behind a close frame.
// Closing: the close frame goes out behind what is being drained; the session leaves the hub at the
// end of the turn; the client's answer ends the socket, or close_timeout_ms does.

#include <cstdint>
#include <memory>
#include <string>

#include "base/timer_wheel.h"
#include "core/upgrade.h"
#include "ws/ending.h"
#include "ws/inbound.h"
#include "ws/inflow.h"
#include "ws/ws_shared.h"

struct lws;

namespace hermod {

class WsPeer final : public Peer, public TimerWheel::Entry {
 public:
  WsPeer(WsShared& shared, uint64_t id, UpgradeRequest request);
  ~WsPeer();

  void wake() override;
  void relieve() override;
  void close(CloseCode code, ErrorCode error, std::string_view message) override;

  // Sent away by a restart: the reason says when to come back.
  void send_away(std::string_view message, int64_t retry_after_ms);

  // A frame of our own, ahead of the session's; for answers to this client's messages. It goes when
  // the socket is writable next, behind the library's pong to a ping that came before.
  void reply(Opcode opcode, std::string_view payload);

  uint64_t id() const { return id_; }
  std::string_view user() const;
  int64_t since_steady_ms() const { return since_ms_; }
  const Session& session() const { return session_; }
  bool open() const { return state_ == State::kOpen; }

  // Open, but its user has as many connections as allowed: the verdict is to come (Newcomers).
  bool waiting() const { return state_ == State::kOpen && request_ != nullptr; }

  // --- for WsServer
  void on_established(lws* wsi);
  void on_received(const Inbound::Piece& piece);
  void on_pong(std::string_view payload);
  void on_writable();
  int on_client_close(std::string_view payload);    // not 0 ends the socket
  void on_library_close(std::string_view payload);  // the client was at fault
  void on_closed();
  void on_due();
  void flush(Now now);
  void look_at_inflow(Now now);
  void drop();  // the socket goes without a close frame
  void flow();

 private:
  friend class WsServer;
  friend class Newcomers;
  friend class OutboxBound;
  enum class State : uint8_t { kHandshake, kOpen, kClosing, kDropped, kClosed };

  void settle();
  void join(const Identity& identity, Span& span);
  void refuse(const Refusal& refusal, Span& span);

  void leave_hub();
  void send_close(CloseCode code, std::string_view reason);
  void append_last_ping(std::string& out);
  void on_last_pong(std::string_view payload);
  void begin_closing(uint16_t code);
  void fail(CloseCode code, std::string_view message);  // where the library would not
  void write_last(std::string_view bytes);
  void on_closing_due(int64_t now_ms);
  Span begin_connect();
  void trace_disconnect();
  void hear(Now now);
  void authenticate(std::string_view text);
  void refuse_input(Inbound::Outcome outcome);
  void write_share(Now now);
  bool write(std::string_view bytes);

  void ask_kernel(Now now);
  void ask_to_write();
  void on_pinged();
  void refuse_flood();
  int64_t ping_due_ms() const;
  bool owes_a_sign() const { return session_.ping_outstanding() || draining_; }
  int64_t pong_due_ms() const;  // precondition: owes_a_sign()
  int64_t next_due_ms(Now now) const;
  void schedule(Now now);
  std::string_view correlation_id();

  WsShared& shared_;
  lws* wsi_ = nullptr;
  std::unique_ptr<UpgradeRequest> request_;  // until it has joined, or was refused
  std::unique_ptr<std::string> reply_;       // frames to go out before the session's
  std::unique_ptr<Ending> ending_;           // from closing on
  Session session_;
  Inbound inbound_;
  uint64_t id_;
  int64_t expires_at_wall_ms_ = 0;
  int64_t since_ms_ = -1;    // steady, as all below; -1 until established
  int64_t heard_ms_ = 0;     // when anything came from the client
  int64_t progress_ms_ = 0;  // when its kernel took something
  Inflow inflow_;
  uint32_t refreshed_ms_ = 0;  // low bits: when the last token came; 0: none yet
  uint32_t index_ = 0;         // in WsServer's list
  int fd_ = -1;
  uint16_t code_ = 0;  // of the first close frame of either side, 0 none yet
  State state_ = State::kHandshake;
  bool touched_ : 1 = false;
  bool joined_ : 1 = false;
  bool draining_ : 1 = false;                    // the library holds what the kernel did not take
  bool stalled_ : 1 = false;                     // told to draw that out
  bool asked_ : 1 = false;                       // a ping is due whatever the pace
  bool writing_ : 1 = false;                     // a writable socket is asked for
  std::unique_ptr<std::string> correlation_id_;  // the client's, or made when first needed
};

}  // namespace hermod
