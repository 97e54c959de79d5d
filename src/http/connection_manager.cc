#include "http/connection_manager.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace hermod {
namespace {

constexpr uint64_t kTickMs = 250;
constexpr int64_t kRetryAfterSeconds = 5;

// The limit that a connection reaches when its time in this stage is over; empty: this is not
// counted, because it is the normal end of a connection.
std::string_view limit_of(Stage stage) {
  switch (stage) {
    case Stage::kHead:
      return "head_seconds";
    case Stage::kResponse:
      return "answer_seconds";
    case Stage::kCheck:
      return "check_seconds";
    case Stage::kPage:
      return "page_seconds";
    case Stage::kNextIteration:
    case Stage::kIdle:
    case Stage::kLinger:
      break;
  }
  return {};
}

}  // namespace

ConnectionManager::ConnectionManager(uv_loop_t* loop,
                                     const ConnectionManagerDependencies& dependencies,
                                     const ConnectionManagerLimits& limits)
    : dependencies_(dependencies),
      limits_(limits),
      open_answers_(limits.later_answers_max),
      connection_dependencies_{loop,
                               *this,
                               dependencies.router,
                               open_answers_,
                               dependencies.upgrades,
                               dependencies.clock,
                               dependencies.stats},
      checks_(loop, dependencies.checks, dependencies.clock),
      timer_(loop, [this] { end_overdue(); }),
      immediate_(loop, [this] { on_iteration(); }),
      table_(limits.times) {
  if (limits.descriptors_max > 0) {
    const auto share = static_cast<size_t>(limits.descriptors_max) / 4;
    limits_.sockets_max = std::clamp<size_t>(share, 1, limits.sockets_max);
  }
}

ConnectionManager::~ConnectionManager() {
  assert(size() == 0);
}

void ConnectionManager::on_socket(int fd, const sockaddr_storage& socket_address) {
  const IpAddress peer = to_address(socket_address);
  if (limits_.descriptors_max > 0 && fd >= limits_.descriptors_max) {
    return reject(fd, peer);
  }
  make_room(peer);
  dependencies_.admission.add(peer);
  Connection& connection =
      table_.add(connection_dependencies_, fd, peer, dependencies_.clock.steady_ms());
  if (!timer_.active()) timer_.start(kTickMs, kTickMs);
  connection.proceed();
}

// Ends one connection for each limit that is reached. At the limit of a network, it is a connection
// of the same network. Refusing the new connection instead would let one client use all sockets of
// its address and keep the other clients of that address out.
void ConnectionManager::make_room(const IpAddress& peer) {
  if (size() >= limits_.sockets_max) {
    ++dependencies_.stats.limits_struck["http_sockets"];
    on_end(table_.eviction_candidate(nullptr));
  }
  if (const auto network = dependencies_.admission.full_network(peer)) {
    ++dependencies_.stats.limits_struck["sockets_per_address"];
    on_end(table_.eviction_candidate(&*network));
  }
  assert(size() < limits_.sockets_max);
}

// Sends one response and closes, without waiting. Input that has arrived is read first, so that the
// close does not reset the connection.
void ConnectionManager::reject(int fd, const IpAddress& peer) {
  const UniqueFd descriptor(fd);
  ++dependencies_.stats.limits_struck["descriptors"];
  const SerializedResponse response = dependencies_.router.refuse(
      make_fault(RefusalReason::kSockets, "descriptor " + std::to_string(fd), kRetryAfterSeconds),
      peer);
  std::array<char, kHeadBytesMax> buffer;
  (void)!::recv(fd, buffer.data(), buffer.size(), 0);
  (void)!::send(fd, response.bytes.data(), response.bytes.size(), MSG_NOSIGNAL);
  ::shutdown(fd, SHUT_WR);
}

void ConnectionManager::on_stage(Connection& connection, Stage from) {
  table_.move(connection, from, dependencies_.clock.steady_ms());
  if (connection.stage() == Stage::kNextIteration) immediate_.ask();
  if (connection.stage() == Stage::kCheck) checks_.add(connection);
}

void ConnectionManager::on_end(Connection& connection) {
  dependencies_.admission.remove(connection.peer());
  if (connection.stage() == Stage::kCheck) checks_.remove(connection);
  table_.remove(connection);
}

// Connections that enter the stage again during this call wait for the next loop iteration.
void ConnectionManager::on_iteration() {
  for (size_t left = table_.count(Stage::kNextIteration); left > 0; --left) {
    Connection* const next = table_.first(Stage::kNextIteration);
    if (next == nullptr) return;
    next->proceed();
  }
}

void ConnectionManager::end_overdue() {
  const int64_t now_ms = dependencies_.clock.steady_ms();
  while (Connection* const overdue = table_.first_overdue(now_ms)) {
    const std::string_view limit = limit_of(overdue->stage());
    if (!limit.empty()) ++dependencies_.stats.limits_struck[limit];
    on_end(*overdue);
  }
  if (size() == 0) timer_.stop();
}

void ConnectionManager::clear() {
  for (size_t stage = 0; stage < kStageCount; ++stage) {
    while (Connection* const one = table_.first(static_cast<Stage>(stage))) on_end(*one);
  }
  assert(size() == 0);
  timer_.stop();
  immediate_.cancel();
  checks_.stop();
}

}  // namespace hermod
