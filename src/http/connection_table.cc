#include "http/connection_table.h"

#include <algorithm>
#include <cassert>

namespace hermod {

Connection& ConnectionTable::add(const ConnectionDependencies& dependencies, int fd,
                                 const IpAddress& peer, int64_t now_ms) {
  Connections& stage = of(Stage::kHead);
  Connection& connection = stage.emplace_back(dependencies, fd, peer);
  assert(connection.stage() == Stage::kHead);
  connection.position = {now_ms + time_of(Stage::kHead), std::prev(stage.end())};
  return connection;
}

void ConnectionTable::move(Connection& connection, Stage from, int64_t now_ms) {
  assert(connection.stage() != from);
  assert(&*connection.position.self == &connection);
  Connections& to = of(connection.stage());
  to.splice(to.end(), of(from), connection.position.self);
  connection.position.deadline_ms = now_ms + time_of(connection.stage());
}

void ConnectionTable::remove(Connection& connection) {
  assert(&*connection.position.self == &connection);
  of(connection.stage()).erase(connection.position.self);
}

size_t ConnectionTable::size() const {
  size_t total = 0;
  for (const Connections& stage : stages_) total += stage.size();
  return total;
}

Connection* ConnectionTable::first(Stage stage) {
  return of(stage).empty() ? nullptr : &of(stage).front();
}

Connection* ConnectionTable::first_overdue(int64_t now_ms) {
  for (Connections& stage : stages_) {
    if (!stage.empty() && stage.front().position.deadline_ms <= now_ms) return &stage.front();
  }
  return nullptr;
}

// Prefers a connection that has received its response. Otherwise it is the one that has not
// completed its request, or not read its response, for the longest time. These two stages are
// compared by time: if one of them always came first, connections in the other could occupy all
// sockets. Connections that wait for the verification of a token, or for a page, come last.
Connection& ConnectionTable::eviction_candidate(const Network* network) {
  for (const Stage stage : {Stage::kIdle, Stage::kLinger, Stage::kNextIteration}) {
    if (Connection* const answered = first_of(stage, network)) return *answered;
  }
  Connection* const asking = first_of(Stage::kHead, network);
  Connection* const reading = first_of(Stage::kResponse, network);
  if (asking == nullptr && reading == nullptr) {
    Connection* const checked = first_of(Stage::kCheck, network);
    Connection* const waiting = checked != nullptr ? checked : first_of(Stage::kPage, network);
    assert(waiting != nullptr);
    return *waiting;
  }
  if (reading == nullptr) return *asking;
  if (asking == nullptr) return *reading;
  return entered_ms(*reading) < entered_ms(*asking) ? *reading : *asking;
}

Connection* ConnectionTable::first_of(Stage stage, const Network* network) {
  Connections& all = of(stage);
  const auto found = std::find_if(all.begin(), all.end(), [network](const Connection& one) {
    return network == nullptr || network->contains(one.peer());
  });
  return found != all.end() ? &*found : nullptr;
}

int64_t ConnectionTable::time_of(Stage stage) const {
  switch (stage) {
    case Stage::kHead:
      return times_.head_ms;
    case Stage::kNextIteration:
    case Stage::kIdle:
      return times_.idle_ms;
    case Stage::kResponse:
      return times_.answer_ms;
    case Stage::kLinger:
      return times_.linger_ms;
    case Stage::kCheck:
      return times_.check_ms;
    case Stage::kPage:
      return times_.page_ms;
  }
  return 0;
}

int64_t ConnectionTable::entered_ms(const Connection& connection) const {
  return connection.position.deadline_ms - time_of(connection.stage());
}

}  // namespace hermod
