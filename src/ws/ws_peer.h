#pragma once
// One client's connection, from the adoption of its socket to the socket's last callback. It is
// the coordinator of its parts: PeerAdmission before it is open, PeerTraffic while it is open, and
// ClosingHandshake at its end. PeerTable owns it. The functions of peer_events.h handle the
// callbacks of the library and the deadlines; the session calls the connection through Peer.
//
// Output: wake() registers the peer; flush() writes the session's output at the end of the loop
// iteration. No output follows a close frame.
//
// Closing: the close frame is sent after the buffered output; the session leaves the hub at the end
// of the loop iteration; the socket is closed when the client answers, or after close_timeout_ms.
// The end is initiated by hermod (close, close_with), by the client or by the library because of a
// protocol violation (peer_events.h), or by drop() without a close frame.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/ip_address.h"
#include "base/timer_wheel.h"
#include "core/upgrade.h"
#include "ws/closing_handshake.h"
#include "ws/peer_admission.h"
#include "ws/peer_traffic.h"

namespace hermod {

class WsPeer final : public Peer, public TimerWheel::Entry {
 public:
  enum class State : uint8_t {
    kHandshake,  // the library has not answered the upgrade request yet
    kWaiting,    // upgraded, but the user is at its connection limit (QuotaQueue)
    kOpen,       // in the hub, or about to be refused; the session may wait to be admitted
    kClosing,    // a close frame was sent or received
    kDropped,    // the socket is being closed without a close frame
    kClosed,
  };

  WsPeer(WsShared& shared, uint64_t id, int fd, UpgradeRequest request);
  ~WsPeer();

  // --- Peer
  uint64_t connection() const override { return id(); }
  std::string_view device() const override { return admission_.device(); }
  Terms terms() const override;
  void wake() override;
  void flush_now() override;
  void close(CloseCode code, ErrorCode error, std::string_view message) override;
  void on_admitted() override;
  bool outlives(uint32_t revoked_s) override;

  // --- transitions
  void on_established();  // the library has answered the upgrade request

  // Joins the hub, or closes the connection with this refusal.
  void settle(std::optional<Refusal> refusal = {});

  // The user has too many connections over all processes. Precondition: the session has joined the
  // hub, and is not admitted.
  void refuse_lease();

  // The token of the connection is no longer accepted. Does nothing if the connection is not open.
  void end_token(RefusalReason why);

  // Sends a close frame. Does nothing if the connection is not open.
  void close_with(const Refusal& refusal);

  // `code` is that of a close frame that was sent or received. A connection in kWaiting, or whose
  // session is not admitted, is counted as refused, with `why` as the reason.
  void begin_closing(uint16_t code, ErrorCode why = ErrorCode::kConnection);
  // The same for a close frame of the client.
  void on_closed_by_client(uint16_t code);

  void drop();       // closes the socket without a close frame
  void on_closed();  // the last callback of the socket

  // --- output
  void flush(Instant now);     // called after wake(), at the end of the loop iteration
  void schedule(Instant now);  // the earliest deadline may have changed

  State state() const { return state_; }
  bool waiting() const { return state_ == State::kWaiting; }
  bool reported() const { return reported_; }  // as a connection, report_connected()
  bool open() const { return state_ == State::kOpen || waiting(); }
  uint64_t id() const { return traffic_.id(); }
  std::string_view user() const;
  int descriptor() const { return traffic_.socket().fd(); }
  const IpAddress& address() const { return address_; }  // of the client
  int64_t since_steady_ms() const { return traffic_.deadlines().since_ms(); }
  const Session& session() const { return traffic_.session(); }
  PeerTraffic& traffic() { return traffic_; }
  const TokenFacts& token() const { return traffic_.token(); }
  ClosingHandshake* closing() { return closing_.get(); }  // null before kClosing
  std::string_view correlation_id() { return admission_.correlation_id(); }
  WsShared& shared() const { return traffic_.shared(); }

 private:
  void enter(State next);
  void join(const UpgradeRequest& request, Span& span);
  void refuse(const UpgradeRequest& request, const Refusal& refusal);
  void write_share(Instant now);
  void end_wait(ErrorCode why);
  void leave_hub();

  IpAddress address_;
  PeerAdmission admission_;
  std::unique_ptr<ClosingHandshake> closing_;  // non-null from kClosing on
  [[no_unique_address]] PeerTraffic traffic_;
  State state_ = State::kHandshake;
  bool flush_pending_ = false;  // in the list of peers to flush
  bool reported_ = false;       // the session was admitted while the connection was open
};

// The memory of an idle connection limits how many a server can have.
static_assert(sizeof(WsPeer) <= 408);

}  // namespace hermod
