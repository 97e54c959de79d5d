#pragma once
// One accepted socket until it closes or becomes a WebSocket. Reads a head, asks its host what to
// do, writes the answer whole, and goes on with the next request. At any moment it waits for one
// thing only (its Stage), and its host ends it when that takes too long.

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "http/request_head.h"
#include "http/router.h"
#include "uv/poll.h"

namespace hermod {

class Connection;

// What a connection waits for.
enum class Stage : uint8_t {
  kHead,    // the rest of a request, from its first byte on; after accept its first byte too
  kTurn,    // the next turn of the loop, after an answer in this one
  kCheck,   // its turn for the check of its token's signature
  kIdle,    // another request, after one was answered
  kAnswer,  // the client to take its answer
  kLinger,  // the client's own end, so that the answer is not lost in a reset
};
inline constexpr size_t kStageCount = 6;

// May end nothing inside a call but what the call says.
class ConnectionHost {
 public:
  // How much of a body is read before on_request(), 0: none.
  virtual size_t body_bytes_max(const RequestHead& head) const = 0;
  virtual Reply on_request(Connection& connection, const RequestHead& head) = 0;
  virtual WrittenAnswer on_bad_head(Connection& connection, HeadState state) = 0;
  virtual void on_stage(Connection& connection, Stage from) = 0;
  virtual void on_answered(Connection& connection) = 0;
  virtual void on_upgrade(Connection& connection, UpgradeRequest request) = 0;  // it is gone behind
  virtual void on_end(Connection& connection) = 0;                              // it is gone behind

 protected:
  ~ConnectionHost() = default;
};

class Connection {
 public:
  Connection(uv_loop_t* loop, ConnectionHost& host, int fd, const IpAddress& peer)
      : loop_(loop), host_(host), peer_(peer), descriptor_(fd) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Reads what is there already. The connection may be gone behind.
  void start() { work(); }

  // A turn after it entered Stage::kTurn, or when it is its turn in Stage::kCheck. The connection
  // may be gone behind.
  void go_on() { work(); }

  Stage stage() const { return stage_; }
  const IpAddress& peer() const { return peer_; }

  // Takes the socket out of the loop and gives it away.
  int release();

  // --- for the host
  int64_t deadline_ms = 0;
  int64_t request_since_ms = 0;  // when the head of the request in hand was complete
  IpAddress client;              // behind the proxies, in Stage::kCheck
  std::list<Connection>::iterator self;

 private:
  // Whether to go on at once, or that *this waits (or is no more).
  enum class Step : uint8_t { kOn, kWait };

  void on_ready(uv::Ready ready);
  void work();
  Step advance();
  Step write();
  Step read();
  Step take_head();
  Step take_body();
  Step ask_host(std::unique_ptr<RequestHead> head);
  Step answer(WrittenAnswer answer);
  Step linger();
  void wait(Stage stage, uv::Ready interest);
  void enter(Stage stage);

  uv_loop_t* loop_;
  ConnectionHost& host_;
  IpAddress peer_;
  std::string in_;                               // at most kHeadBytesMax
  std::unique_ptr<RequestHead> awaiting_body_;   // read; its body is still coming
  std::unique_ptr<RequestHead> awaiting_check_;  // read; to be judged again
  std::string out_;                              // the answer being written
  size_t written_ = 0;
  size_t discarded_ = 0;
  HeadScan scan_;
  Stage stage_ = Stage::kHead;
  bool served_ = false;
  bool closing_ = false;  // behind the answer in hand
  UniqueFd descriptor_;
  std::unique_ptr<uv::Poll> poll_;  // none before there is something to wait for
};

}  // namespace hermod
