#include "http/connection_manager.h"

#include <sys/socket.h>

#include <algorithm>
#include <cassert>

namespace hermod {
namespace {

constexpr uint64_t kTickMs = 250;
constexpr int64_t kRetryAfterSeconds = 5;

// Waiting tokens are verified for a few milliseconds per loop iteration. If the share of time is
// used up, the next ones wait for kCheckPauseMs.
constexpr int kChecksPerIteration = 4;
constexpr uint64_t kCheckPauseMs = 2;

}  // namespace

ConnectionManager::ConnectionManager(uv_loop_t* loop,
                                     const ConnectionManagerDependencies& dependencies,
                                     const ConnectionManagerLimits& limits)
    : loop_(loop),
      dependencies_(dependencies),
      limits_(limits),
      timer_(loop, [this] { tick(); }),
      immediate_(loop, [this] { on_iteration(); }),
      check_immediate_(loop, [this] { check_some(); }),
      check_timer_(loop, [this] { check_some(); }) {
  if (limits.descriptors_max > 0) {
    const auto share = static_cast<size_t>(limits.descriptors_max) / 4;
    limits_.sockets_max = std::clamp<size_t>(share, 1, limits.sockets_max);
  }
}

ConnectionManager::~ConnectionManager() {
  assert(size() == 0);
}

size_t ConnectionManager::size() const {
  size_t total = 0;
  for (const Connections& stage : connections_) total += stage.size();
  return total;
}

void ConnectionManager::on_socket(int fd, const sockaddr_storage& socket_address) {
  const IpAddress peer = to_address(socket_address);
  const Fault full{503, ErrorCode::kServiceUnavailable,
                   "the service has reached its limit of sockets", kRetryAfterSeconds};
  if (limits_.descriptors_max > 0 && fd >= limits_.descriptors_max) {
    return reject(fd, "descriptors", full);
  }
  if (size() >= limits_.sockets_max) make_room();
  if (const auto network = dependencies_.admission.full_network(peer)) make_room_at(*network);
  dependencies_.admission.add(peer);
  Connection& connection =
      in(Stage::kHead).emplace_back(loop_, static_cast<ConnectionHost&>(*this), fd, peer);
  connection.self = std::prev(in(Stage::kHead).end());
  connection.deadline_ms = dependencies_.clock.steady_ms() + limits_.head_ms;
  if (!timer_.active()) timer_.start(kTickMs, kTickMs);
  connection.start();
}

void ConnectionManager::make_room() {
  ++dependencies_.stats.limits_struck["http_sockets"];
  on_end(eviction_candidate(nullptr));
}

// Ends a connection of the same network. Otherwise one client could use all sockets of an address
// and keep the other clients of that address out.
void ConnectionManager::make_room_at(const Network& network) {
  ++dependencies_.stats.limits_struck["sockets_per_address"];
  on_end(eviction_candidate(&network));
}

// The connection to end when there are too many: one that has been answered, else the one that has
// not completed its request, or not read its response, for the longest time. These two stages are
// compared by time, because connections of a stage that were ended only after those of the other
// could keep everyone else out. Connections that wait for the verification of a token come last. If
// `of` is set, only connections of that network are considered; the network has at least one.
Connection& ConnectionManager::eviction_candidate(const Network* of) {
  const auto first_in = [this, of](Stage stage) -> Connection* {
    const auto found = std::find_if(in(stage).begin(), in(stage).end(), [of](const auto& one) {
      return of == nullptr || of->contains(one.peer());
    });
    return found != in(stage).end() ? &*found : nullptr;
  };
  for (const Stage stage : {Stage::kIdle, Stage::kLinger, Stage::kNextIteration}) {
    if (Connection* const one = first_in(stage)) return *one;
  }
  Connection* const asking = first_in(Stage::kHead);
  Connection* const taking = first_in(Stage::kAnswer);
  if (asking == nullptr && taking == nullptr) {
    Connection* const checked = first_in(Stage::kCheck);
    assert(checked != nullptr);
    return *checked;
  }
  if (taking == nullptr) return *asking;
  if (asking == nullptr) return *taking;
  return since_ms(*taking) < since_ms(*asking) ? *taking : *asking;
}

// When the connection entered its stage.
int64_t ConnectionManager::since_ms(const Connection& connection) const {
  return connection.deadline_ms - time_of(connection.stage());
}

// Sends one response and closes, without waiting. Input that has arrived is read first, so that the
// close does not reset the connection.
void ConnectionManager::reject(int fd, std::string_view limit, const Fault& fault) {
  const UniqueFd descriptor(fd);
  ++dependencies_.stats.limits_struck[limit];
  const WrittenAnswer answer = dependencies_.router.refuse(fault);
  char buffer[kHeadBytesMax];
  (void)!::recv(fd, buffer, sizeof buffer, 0);
  (void)!::send(fd, answer.bytes.data(), answer.bytes.size(), MSG_NOSIGNAL);
  ::shutdown(fd, SHUT_WR);
}

size_t ConnectionManager::body_bytes_max(const RequestHead& head) const {
  return dependencies_.router.body_bytes_max(head);
}

Reply ConnectionManager::on_request(Connection& connection, const RequestHead& head) {
  const Attempt attempt =
      connection.stage() == Stage::kCheck ? Attempt::kAfterWait : Attempt::kFirst;
  if (attempt == Attempt::kFirst) connection.request_since_ms = dependencies_.clock.steady_ms();
  Reply reply = dependencies_.router.reply(head, connection.peer(), attempt);
  if (std::holds_alternative<WrittenAnswer>(reply)) ++dependencies_.stats.http_in_progress;
  return reply;
}

WrittenAnswer ConnectionManager::on_bad_head(Connection& connection, HeadState state) {
  connection.request_since_ms = dependencies_.clock.steady_ms();
  ++dependencies_.stats.http_in_progress;
  if (state == HeadState::kTooLarge) {
    ++dependencies_.stats.limits_struck["head_bytes"];
    return dependencies_.router.refuse(
        {431, ErrorCode::kValidation, "the request head exceeds 16 KiB"});
  }
  return dependencies_.router.refuse({400, ErrorCode::kParsing, "malformed HTTP request"});
}

void ConnectionManager::on_answered(Connection& connection) {
  --dependencies_.stats.http_in_progress;
  const int64_t took_ms = dependencies_.clock.steady_ms() - connection.request_since_ms;
  dependencies_.stats.http_seconds.add(static_cast<double>(took_ms) / 1000);
}

void ConnectionManager::on_stage(Connection& connection, Stage from) {
  Connections& to = in(connection.stage());
  to.splice(to.end(), in(from), connection.self);
  connection.deadline_ms = dependencies_.clock.steady_ms() + time_of(connection.stage());
  if (connection.stage() == Stage::kNextIteration) immediate_.ask();
  if (connection.stage() == Stage::kCheck) {
    dependencies_.checks.add(connection.client, connection);
    if (!check_timer_.active()) check_timer_.start(kCheckPauseMs);
  }
}

void ConnectionManager::check_some() {
  const auto may_check = [this] {
    return dependencies_.checks.has_share(dependencies_.clock.steady_ms());
  };
  for (int checked = 0;
       checked < kChecksPerIteration && !dependencies_.checks.empty() && may_check(); ++checked) {
    dependencies_.checks.take_next()->go_on();
  }
  if (dependencies_.checks.empty()) return;
  if (may_check()) {
    check_immediate_.ask();
  } else {
    check_timer_.start(kCheckPauseMs);
  }
}

// Connections that enter the stage again during this call wait for the next loop iteration.
void ConnectionManager::on_iteration() {
  Connections& waiting = in(Stage::kNextIteration);
  for (size_t left = waiting.size(); left > 0 && !waiting.empty(); --left) waiting.front().go_on();
}

void ConnectionManager::on_upgrade(Connection& connection, UpgradeRequest request) {
  const int fd = connection.release();
  on_end(connection);
  dependencies_.upgrades.adopt(fd, std::move(request));
}

void ConnectionManager::on_end(Connection& connection) {
  dependencies_.admission.remove(connection.peer());
  if (connection.stage() == Stage::kCheck)
    dependencies_.checks.remove(connection.client, connection);
  // The request ends even though the client did not read the response.
  if (connection.stage() == Stage::kAnswer) --dependencies_.stats.http_in_progress;
  in(connection.stage()).erase(connection.self);
}

int64_t ConnectionManager::time_of(Stage stage) const {
  switch (stage) {
    case Stage::kHead:
      return limits_.head_ms;
    case Stage::kNextIteration:
    case Stage::kIdle:
      return limits_.idle_ms;
    case Stage::kAnswer:
      return limits_.answer_ms;
    case Stage::kLinger:
      return limits_.linger_ms;
    case Stage::kCheck:
      return limits_.check_ms;
  }
  return 0;
}

void ConnectionManager::tick() {
  const int64_t now_ms = dependencies_.clock.steady_ms();
  for (Connections& stage : connections_) {
    while (!stage.empty() && stage.front().deadline_ms <= now_ms) {
      if (stage.front().stage() == Stage::kHead)
        ++dependencies_.stats.limits_struck["head_seconds"];
      if (stage.front().stage() == Stage::kAnswer)
        ++dependencies_.stats.limits_struck["answer_seconds"];
      if (stage.front().stage() == Stage::kCheck)
        ++dependencies_.stats.limits_struck["check_seconds"];
      on_end(stage.front());
    }
  }
  if (size() == 0) timer_.stop();
}

void ConnectionManager::clear() {
  for (Connections& stage : connections_) {
    while (!stage.empty()) on_end(stage.front());
  }
  timer_.stop();
  immediate_.cancel();
  check_immediate_.cancel();
  check_timer_.stop();
}

}  // namespace hermod
