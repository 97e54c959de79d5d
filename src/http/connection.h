#pragma once
// One accepted socket until it closes or becomes a WebSocket. It reads a request head, gets the
// reply from its host, writes the response completely, and continues with the next request. At any
// time it waits for exactly one thing, its Stage, and its host ends it when the time of the stage
// is over. Owned by ConnectionManager, which is its host.

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "http/request_head.h"
#include "http/request_router.h"
#include "uv/poll.h"

namespace hermod {

class Connection;

// What a connection waits for.
enum class Stage : uint8_t {
  kHead,           // the first request after accept, or the rest of a later request
  kNextIteration,  // the next loop iteration, after a response in this one
  kCheck,          // its position in the CheckQueue, to verify the signature of its token
  kIdle,           // the next request
  kAnswer,         // the client to read the response
  kLinger,         // the client to close, so that the response is not lost to a reset
};
inline constexpr size_t kStageCount = 6;

// Decides what a connection does. A call may destroy the connection only if its comment says so.
class ConnectionHost {
 public:
  // The largest body that is read before on_request(); 0: none.
  virtual size_t body_bytes_max(const RequestHead& head) const = 0;
  virtual Reply on_request(Connection& connection, const RequestHead& head) = 0;
  virtual WrittenAnswer on_bad_head(Connection& connection, HeadState state) = 0;
  virtual void on_stage(Connection& connection, Stage from) = 0;
  virtual void on_answered(Connection& connection) = 0;
  // The connection is destroyed when these return.
  virtual void on_upgrade(Connection& connection, UpgradeRequest request) = 0;
  virtual void on_end(Connection& connection) = 0;

 protected:
  ~ConnectionHost() = default;
};

class Connection {
 public:
  Connection(uv_loop_t* loop, ConnectionHost& host, int fd, const IpAddress& peer)
      : loop_(loop), host_(host), peer_(peer), descriptor_(fd) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Reads the bytes that have arrived. The connection may be destroyed when this returns.
  void start() { work(); }

  // Called in the loop iteration after it entered Stage::kNextIteration, and for Stage::kCheck when
  // it is next in the CheckQueue. The connection may be destroyed when this returns.
  void go_on() { work(); }

  Stage stage() const { return stage_; }
  const IpAddress& peer() const { return peer_; }

  // Stops watching the socket and returns it; the caller owns it.
  int release();

  // --- for the host
  int64_t deadline_ms = 0;
  int64_t request_since_ms = 0;  // when the head of the current request was complete
  IpAddress client;              // behind the proxies; valid in Stage::kCheck
  std::list<Connection>::iterator self;

 private:
  // kOn: continue with the next step. kWait: *this waits or was destroyed.
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
  std::unique_ptr<RequestHead> awaiting_body_;   // its body is not complete yet
  std::unique_ptr<RequestHead> awaiting_check_;  // its token's signature is not verified yet
  std::string out_;                              // the response that is being written
  size_t written_ = 0;
  size_t discarded_ = 0;
  HeadScan scan_;
  Stage stage_ = Stage::kHead;
  bool served_ = false;
  bool closing_ = false;  // close after the current response
  UniqueFd descriptor_;
  std::unique_ptr<uv::Poll> poll_;  // created when the connection first waits
};

}  // namespace hermod
