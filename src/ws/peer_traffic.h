#pragma once
// The data that one connection exchanges after its upgrade: the output of its session, the input
// of the client, the pings and the deadlines of both. Owned by WsPeer, which opens and closes the
// connection. Calls that find a reason to close it return that reason.
//
// The library buffers what the kernel does not accept; until that is sent, no further output is
// gathered. Only whole frames are written.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/verifier.h"
#include "core/session.h"
#include "lws/lws_socket.h"
#include "ws/frame.h"
#include "ws/peer_deadlines.h"
#include "ws/peer_input.h"

namespace hermod {

struct WsShared;

class PeerTraffic {
 public:
  PeerTraffic(WsShared& shared, Peer& peer, uint64_t id, int fd);

  WsShared& shared() const { return shared_; }
  uint64_t id() const { return id_; }  // of the connection
  Session& session() { return session_; }
  const Session& session() const { return session_; }
  LwsSocket& socket() { return socket_; }
  const LwsSocket& socket() const { return socket_; }
  PeerDeadlines& deadlines() { return deadlines_; }
  const PeerDeadlines& deadlines() const { return deadlines_; }

  void begin(Instant now);  // the upgrade is complete

  // The token of the client, at the upgrade and after each refresh.
  void accept_token(const Identity& identity);
  const TokenFacts& token() const { return token_; }

  // Queues a frame in front of the session's output, to answer a message of this client. It is
  // written when the socket is next writable, after the library's pong to an earlier ping.
  void reply(Opcode opcode, std::string_view payload);

  // The next write includes a ping, regardless of the interval. Also wake the peer.
  void ask_for_ping() { ping_asked_ = true; }

  // Collects a share of the output in WsShared::scratch, then writes it. In between, the caller
  // checks that gather() did not close the connection. write() returns false if it is lost.
  void gather(Instant now);
  [[nodiscard]] bool write(Instant now);

  // Writes the queued replies and the last frames. If that fails, the socket is closed anyway.
  void write_last(std::string_view frames = {});

  // `user`: the identity of the client, who may not have joined the hub yet.
  std::optional<Refusal> on_piece(const Inbound::Piece& piece, std::string_view user, Instant now);
  std::optional<Refusal> on_pong(std::string_view payload, Instant now);

  // The library has answered pings. False: the client sends too much.
  [[nodiscard]] bool admit_pings(Instant now);
  [[nodiscard]] bool admit_inflow(Instant now);
  bool is_inflow_due(Instant now) const { return input_.is_inflow_due(now.steady_ms); }

  // Reads the kernel's view of the socket before it reports that the client is silent.
  PeerDeadlines::Overdue overdue(Instant now);
  int64_t next_due_ms(Instant now) const;

  // Whether nothing was received since `since_ms`, although the time to answer has passed.
  bool left_unanswered(int64_t since_ms, Instant now);

 private:
  std::optional<Refusal> on_frame(std::string_view text, std::string_view user, Instant now);
  std::optional<Refusal> on_token(std::string_view token, std::string_view user, Instant now);
  PeerDeadlines::Output output() const;

  WsShared& shared_;
  uint64_t id_;
  std::unique_ptr<std::string> replies_;  // frames to write before the session's output
  Session session_;
  LwsSocket socket_;
  PeerDeadlines deadlines_;
  TokenFacts token_;
  [[no_unique_address]] PeerInput input_;
  bool ping_asked_ = false;
};

}  // namespace hermod
