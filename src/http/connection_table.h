#pragma once
// All connections that are not WebSockets. There is one list per stage, in the order in which the
// connections entered it. That is also the order of their deadlines, because the time of a stage is
// the same for all connections. Owned by ConnectionManager. The time is an argument.

#include <array>
#include <cstdint>
#include <list>

#include "base/ip_network.h"
#include "http/connection.h"
#include "http/stage.h"

namespace hermod {

// How long a connection may stay in each stage.
struct StageTimes {
  int64_t head_ms = 10'000;
  int64_t idle_ms = 15'000;  // also of kNextIteration
  int64_t answer_ms = 30'000;
  int64_t linger_ms = 2'000;
  int64_t check_ms = 30'000;
  int64_t page_ms = 30'000;
};

class ConnectionTable {
 public:
  explicit ConnectionTable(const StageTimes& times) : times_(times) {}

  // Adds a connection in Stage::kHead.
  Connection& add(const ConnectionDependencies& dependencies, int fd, const IpAddress& peer,
                  int64_t now_ms);
  // Call after the connection has left `from`.
  void move(Connection& connection, Stage from, int64_t now_ms);
  void remove(Connection& connection);  // destroys it

  size_t size() const;
  size_t count(Stage stage) const { return of(stage).size(); }

  // The connection that entered the stage first; null if there is none.
  Connection* first(Stage stage);

  // A connection whose time is over; null if there is none.
  Connection* first_overdue(int64_t now_ms);

  // The connection to end when there are too many. If `network` is set, only its connections are
  // considered. Precondition: there is one.
  Connection& eviction_candidate(const Network* network);

 private:
  using Connections = std::list<Connection>;

  const Connections& of(Stage stage) const { return stages_[static_cast<size_t>(stage)]; }
  Connections& of(Stage stage) { return stages_[static_cast<size_t>(stage)]; }
  Connection* first_of(Stage stage, const Network* network);
  int64_t time_of(Stage stage) const;
  int64_t entered_ms(const Connection& connection) const;

  StageTimes times_;
  std::array<Connections, kStageCount> stages_;
};

}  // namespace hermod
