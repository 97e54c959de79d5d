#include "http/lobby.h"

#include <sys/socket.h>

#include <algorithm>
#include <cassert>

namespace hermod {
namespace {

constexpr uint64_t kTickMs = 250;
constexpr int64_t kRetryAfterSeconds = 5;

}  // namespace

Lobby::Lobby(uv_loop_t* loop, const LobbyParts& parts, const LobbyLimits& limits)
    : loop_(loop),
      parts_(parts),
      limits_(limits),
      timer_(loop, [this] { tick(); }),
      soon_(loop, [this] { on_turn(); }) {
  if (limits.descriptors_max > 0) {
    const auto share = static_cast<size_t>(limits.descriptors_max) / 4;
    limits_.sockets_max = std::clamp<size_t>(share, 1, limits.sockets_max);
  }
}

Lobby::~Lobby() {
  assert(size() == 0);
}

size_t Lobby::size() const {
  size_t total = 0;
  for (const Connections& stage : connections_) total += stage.size();
  return total;
}

void Lobby::on_socket(int fd, const sockaddr_storage& socket_address) {
  const IpAddress peer = to_address(socket_address);
  const Fault full{503, ErrorCode::kServiceUnavailable, "the service has no room for more sockets",
                   kRetryAfterSeconds};
  if (limits_.descriptors_max > 0 && fd >= limits_.descriptors_max) {
    return turn_away(fd, "descriptors", full);
  }
  if (size() >= limits_.sockets_max) make_room();
  if (!parts_.admission.add_silent(peer)) {
    return turn_away(fd, "silent_sockets_per_address",
                     {429, ErrorCode::kRateLimit, "too many sockets of this address say nothing",
                      limits_.head_ms / 1000});
  }
  Connection& connection =
      in(Stage::kHead).emplace_back(loop_, static_cast<ConnectionHost&>(*this), fd, peer);
  connection.self = std::prev(in(Stage::kHead).end());
  connection.deadline_ms = parts_.clock.steady_ms() + limits_.head_ms;
  if (!timer_.active()) timer_.start(kTickMs, kTickMs);
  connection.start();
}

void Lobby::make_room() {
  ++parts_.stats.limits_struck["http_sockets"];
  on_end(least_missed());
}

// Whoever was answered already; else who has not finished asking, or not taken the answer, for the
// longest time. Neither of the two goes first for its kind: the other kind alone could then keep
// everybody out.
Connection& Lobby::least_missed() {
  for (const Stage stage : {Stage::kIdle, Stage::kLinger, Stage::kTurn}) {
    if (!in(stage).empty()) return in(stage).front();
  }
  Connections& asking = in(Stage::kHead);
  Connections& taking = in(Stage::kAnswer);
  assert(!asking.empty() || !taking.empty());
  if (taking.empty()) return asking.front();
  if (asking.empty()) return taking.front();
  return since_ms(taking.front()) < since_ms(asking.front()) ? taking.front() : asking.front();
}

// When it entered its stage.
int64_t Lobby::since_ms(const Connection& connection) const {
  return connection.deadline_ms - time_of(connection.stage());
}

// One answer, and the end, without waiting for anything. What has come already is taken in, so that
// the close is no reset.
void Lobby::turn_away(int fd, std::string_view limit, const Fault& fault) {
  const Descriptor descriptor(fd);
  ++parts_.stats.limits_struck[limit];
  const WrittenAnswer answer = parts_.router.refuse(fault);
  char buffer[kHeadBytesMax];
  (void)!::recv(fd, buffer, sizeof buffer, 0);
  (void)!::send(fd, answer.bytes.data(), answer.bytes.size(), MSG_NOSIGNAL);
  ::shutdown(fd, SHUT_WR);
}

void Lobby::on_spoken(Connection& connection) {
  if (connection.silent) parts_.admission.remove_silent(connection.peer());
  connection.silent = false;
}

size_t Lobby::body_bytes_max(const RequestHead& head) const {
  return parts_.router.body_bytes_max(head);
}

Reply Lobby::on_request(Connection& connection, const RequestHead& head) {
  on_spoken(connection);
  connection.request_since_ms = parts_.clock.steady_ms();
  Reply reply = parts_.router.reply(head, connection.peer());
  if (std::holds_alternative<WrittenAnswer>(reply)) ++parts_.stats.http_in_progress;
  return reply;
}

WrittenAnswer Lobby::on_bad_head(Connection& connection, HeadState state) {
  connection.request_since_ms = parts_.clock.steady_ms();
  ++parts_.stats.http_in_progress;
  if (state == HeadState::kTooLarge) {
    ++parts_.stats.limits_struck["head_bytes"];
    return parts_.router.refuse(
        {431, ErrorCode::kValidation, "a request head may have 16 KiB at most"});
  }
  return parts_.router.refuse({400, ErrorCode::kParsing, "this is no HTTP request"});
}

void Lobby::on_answered(Connection& connection) {
  --parts_.stats.http_in_progress;
  const int64_t took_ms = parts_.clock.steady_ms() - connection.request_since_ms;
  parts_.stats.http_seconds.add(static_cast<double>(took_ms) / 1000);
}

void Lobby::on_stage(Connection& connection, Stage from) {
  Connections& to = in(connection.stage());
  to.splice(to.end(), in(from), connection.self);
  connection.deadline_ms = parts_.clock.steady_ms() + time_of(connection.stage());
  if (connection.stage() == Stage::kTurn) soon_.ask();
}

// Who waits again behind its answer waits for a turn more.
void Lobby::on_turn() {
  Connections& waiting = in(Stage::kTurn);
  for (size_t left = waiting.size(); left > 0 && !waiting.empty(); --left) waiting.front().go_on();
}

void Lobby::on_upgrade(Connection& connection, UpgradeRequest request) {
  const int fd = connection.release();
  on_end(connection);
  parts_.upgrades.adopt(fd, std::move(request));
}

void Lobby::on_end(Connection& connection) {
  on_spoken(connection);
  // An answer that nobody took is over all the same.
  if (connection.stage() == Stage::kAnswer) --parts_.stats.http_in_progress;
  in(connection.stage()).erase(connection.self);
}

int64_t Lobby::time_of(Stage stage) const {
  switch (stage) {
    case Stage::kHead:
      return limits_.head_ms;
    case Stage::kTurn:
    case Stage::kIdle:
      return limits_.idle_ms;
    case Stage::kAnswer:
      return limits_.answer_ms;
    case Stage::kLinger:
      return limits_.linger_ms;
  }
  return 0;
}

void Lobby::tick() {
  const int64_t now_ms = parts_.clock.steady_ms();
  for (Connections& stage : connections_) {
    while (!stage.empty() && stage.front().deadline_ms <= now_ms) {
      if (stage.front().stage() == Stage::kHead) ++parts_.stats.limits_struck["head_seconds"];
      if (stage.front().stage() == Stage::kAnswer) ++parts_.stats.limits_struck["answer_seconds"];
      on_end(stage.front());
    }
  }
  if (size() == 0) timer_.stop();
}

void Lobby::clear() {
  for (Connections& stage : connections_) {
    while (!stage.empty()) on_end(stage.front());
  }
  timer_.stop();
  soon_.cancel();
}

}  // namespace hermod
