#pragma once
// One accepted socket until it closes or becomes a WebSocket. It reads a request, lets the router
// reply, writes the response completely, and continues with the next request. Its Stage says what
// it waits for. Owned by ConnectionTable; ConnectionManager ends it when the
// time of its stage is over.

#include <cstdint>
#include <list>
#include <memory>

#include "base/clock.h"
#include "core/upgrade.h"
#include "hermod/stats.h"
#include "http/open_answers.h"
#include "http/request_reader.h"
#include "http/request_router.h"
#include "http/stage.h"
#include "net/client_socket.h"

namespace hermod {

class Connection;

// Limits the number and the time of its connections. Implemented by ConnectionManager.
class ConnectionOwner {
 public:
  virtual void on_stage(Connection& connection, Stage from) = 0;
  virtual void on_end(Connection& connection) = 0;  // the connection is destroyed when this returns

 protected:
  ~ConnectionOwner() = default;
};

// The dependencies of all connections; they outlive the connections.
struct ConnectionDependencies {
  uv_loop_t* loop;
  ConnectionOwner& owner;
  RequestRouter& router;
  OpenAnswers& open_answers;
  UpgradeSink& upgrades;
  const Clock& clock;
  Stats& stats;
};

class Connection {
 public:
  Connection(const ConnectionDependencies& dependencies, int fd, const IpAddress& peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Works until the connection must wait. Called after accept, in the loop iteration after it
  // entered Stage::kNextIteration, and for Stage::kCheck when it is next in the CheckQueue. The
  // connection may be destroyed when this returns.
  void proceed();

  Stage stage() const { return stage_; }
  const IpAddress& peer() const { return socket_.peer(); }
  const IpAddress& client() const;  // see client_address(); precondition: Stage::kCheck

  // The position of the connection in the ConnectionTable, which sets it.
  struct Position {
    int64_t deadline_ms = 0;
    std::list<Connection>::iterator self;
  };
  Position position;

 private:
  // kContinue: the next step follows at once. kWait: *this waits or was destroyed.
  enum class Step : uint8_t { kContinue, kWait };

  // A request whose token's signature is not verified yet, or whose page answers later.
  struct Waiting {
    RequestHead head;
    IpAddress client = {};                                   // in Stage::kCheck
    std::unique_ptr<OpenAnswers::Waiting> answer = nullptr;  // in Stage::kPage
  };

  Step advance();
  Step read();
  Step serve(RequestHead& head);
  Step wait_for_check(RequestHead& head, const IpAddress& client);
  Step wait_for_page(RequestHead& head, const LaterAnswer& later);
  void on_page_answer(const PageAnswer& given);
  Step hand_over(UpgradeRequest request);
  Step answer(SerializedResponse response);
  Step write();
  Step linger();
  Step end();
  void wait(Stage stage, uv::Ready interest);
  void enter(Stage stage);

  const ConnectionDependencies& dependencies_;
  ClientSocket socket_;
  RequestReader requests_;
  std::unique_ptr<Waiting> waiting_;  // set in Stage::kCheck and Stage::kPage
  SerializedResponse response_;       // empty: none is being written
  size_t written_ = 0;
  int64_t request_since_ms_ = 0;  // when the current request was complete
  Stage stage_ = Stage::kHead;
};

}  // namespace hermod
