#pragma once
// One client's connection, from the adoption of its socket to the socket's last callback. WsServer
// forwards the library's callbacks; the domain calls it through Peer.
//
// Output: wake() registers the peer; flush() writes the session's output at the end of the loop
// iteration. The library buffers what the kernel does not accept; until that is sent, no further
// output is gathered. Only whole frames are written, and none after a close frame.
//
// Closing: the close frame is sent after the buffered output; the session leaves the hub at the end
// of the loop iteration; the socket is closed when the client answers, or after close_timeout_ms.

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
  void flush_now() override;
  void close(CloseCode code, ErrorCode error, std::string_view message) override;

  // Closes with 1001 because the service shuts down. The reason states when to reconnect.
  void close_for_shutdown(std::string_view message, int64_t retry_after_ms);

  // Queues a frame in front of the session's output, to answer a message of this client. It is
  // written when the socket is next writable, after the library's pong to an earlier ping.
  void reply(Opcode opcode, std::string_view payload);

  uint64_t id() const { return id_; }
  std::string_view user() const;
  int64_t since_steady_ms() const { return since_ms_; }
  const Session& session() const { return session_; }
  bool open() const { return state_ == State::kOpen; }

  // Open, but the user is at its connection limit, and the verdict is pending (QuotaQueue).
  bool waiting() const { return state_ == State::kOpen && request_ != nullptr; }

  // --- for WsServer
  void on_established(lws* wsi);
  void on_received(const Inbound::Piece& piece);
  void on_pong(std::string_view payload);
  void on_writable();
  int on_client_close(std::string_view payload);    // nonzero: the library closes the socket
  void on_library_close(std::string_view payload);  // the client violated the protocol
  void on_closed();
  void on_due();
  void flush(Instant now);
  void look_at_inflow(Instant now);
  void drop();  // closes the socket without a close frame
  void resume_writes();

 private:
  friend class WsServer;
  friend class QuotaQueue;
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
  void fail(CloseCode code, std::string_view message);  // the library does not close then
  void write_last(std::string_view bytes);
  void on_closing_due(int64_t now_ms);
  Span begin_connect();
  void trace_disconnect();
  void note_received(Instant now);
  void authenticate(std::string_view text);
  void refuse_input(Inbound::Outcome outcome);
  void write_share(Instant now);
  bool write(std::string_view bytes);

  void ask_kernel(Instant now);
  void ask_to_write();
  void on_pinged();
  void refuse_flood();
  int64_t ping_due_ms() const;
  bool expects_data() const { return session_.ping_outstanding() || draining_; }
  int64_t pong_due_ms() const;  // precondition: expects_data()
  int64_t next_due_ms(Instant now) const;
  void schedule(Instant now);
  std::string_view correlation_id();

  WsShared& shared_;
  lws* wsi_ = nullptr;
  std::unique_ptr<UpgradeRequest> request_;  // null after it joined or was refused
  std::unique_ptr<std::string> reply_;       // frames to write before the session's output
  std::unique_ptr<Ending> ending_;           // non-null from kClosing on
  Session session_;
  Inbound inbound_;
  uint64_t id_;
  int64_t expires_at_wall_ms_ = 0;
  int64_t since_ms_ = -1;    // steady clock, like all below; -1 until established
  int64_t received_ms_ = 0;  // when data was last received
  int64_t progress_ms_ = 0;  // when its kernel last accepted data
  Inflow inflow_;
  uint32_t refreshed_ms_ = 0;  // low bits: time of the last token; 0: none
  uint32_t index_ = 0;         // in WsServer::peers_
  int fd_ = -1;
  uint16_t code_ = 0;  // of the first close frame of either side; 0: none
  State state_ = State::kHandshake;
  bool touched_ : 1 = false;
  bool joined_ : 1 = false;
  bool draining_ : 1 = false;                    // the library has unsent bytes
  bool writes_paused_ : 1 = false;               // a test simulates a full kernel buffer
  bool asked_ : 1 = false;                       // a ping is due regardless of the interval
  bool writing_ : 1 = false;                     // the writable callback is requested
  std::unique_ptr<std::string> correlation_id_;  // the client's, or created on first use
};

}  // namespace hermod
