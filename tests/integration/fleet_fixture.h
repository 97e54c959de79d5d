#pragma once
// Processes of one service, each with its own transport over one Redis.

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fleet/fleet_service.h"
#include "redis/redis_url.h"
#include "redis_fleet/redis_fleet_transport.h"
#include "support/loop_test.h"
#include "support/recording_log.h"
#include "support/redis_server.h"

namespace hermod::test {

// Keeps what it was asked for.
class FakeConnections final : public LocalConnections {
 public:
  std::vector<FleetConnection> find(std::string_view user) override {
    return user == user_ ? connections : std::vector<FleetConnection>{};
  }
  size_t disconnect(const DisconnectRequest& request, int64_t until_ms) override {
    asked.push_back(request);
    until = until_ms;
    if (request.user != user_) return 0;
    return std::exchange(connections, {}).size();
  }
  void revoke_user(const DisconnectRequest& request, UserRevoked done) override {
    revoked_users.push_back(request);
    revoked = std::move(done);
  }
  size_t revoke_tokens(const std::vector<RevokedToken>& tokens) override {
    for (const RevokedToken& token : tokens) revoked_tokens[token.id] = token.until_ms;
    return 0;
  }
  void compare_again() override { ++compared; }
  uint32_t revocation_s() const override { return 100; }
  void broadcast(const BroadcastRequest& request) override { broadcasts.push_back(request); }
  void stop() override {}
  void make_room(std::string_view user, size_t needed) override {
    rooms.push_back(std::string(user) + ' ' + std::to_string(needed));
  }
  void rejoin_all() override { ++rejoined; }
  void sweep(std::string_view process) override {
    swept.emplace_back(process);
    if (when_swept) when_swept();
  }
  void on_left(std::string_view process) override { left.emplace_back(process); }

  void connect(std::string id) { connections.push_back({.id = std::move(id)}); }

  std::vector<FleetConnection> connections;  // of the user "ann"
  std::vector<DisconnectRequest> asked;
  int64_t until = 0;
  std::vector<BroadcastRequest> broadcasts;
  std::vector<std::string> rooms;
  std::vector<std::string> swept;
  std::function<void()> when_swept;
  std::vector<std::string> left;
  int rejoined = 0;
  int compared = 0;
  std::vector<DisconnectRequest> revoked_users;
  UserRevoked revoked;  // the answer to the last one
  std::map<std::string, int64_t> revoked_tokens;

 private:
  const std::string user_ = "ann";
};

struct FleetMemberProcess {
  std::string id;
  FakeConnections connections;
  Stats stats;
  std::unique_ptr<RedisFleetTransport> transport;
  std::unique_ptr<FleetService> service;
  std::vector<std::string> redirections;
  bool closed = false;
};

class FleetTest : public LoopTest {
 protected:
  static RedisEndpoint endpoint_of(const RedisServer& server) {
    return RedisUrl::parse(server.url()).take().endpoint();
  }

  FleetMemberProcess& start(const std::string& id) {
    RedisFleetOptions options;
    options.names = make_fleet_names("hermod", 0);
    options.process = id;
    options.socket_timeout_ms = 1000;
    FleetMemberProcess& made = *processes_.emplace_back(std::make_unique<FleetMemberProcess>());
    made.id = id;
    made.transport = std::make_unique<RedisFleetTransport>(
        loop(), clock_, log_, options, [&made](const RedisEndpoint&, std::string_view error) {
          made.redirections.emplace_back(error);
        });
    made.service = std::make_unique<FleetService>(
        FleetService::Dependencies{id, loop(), clock_, log_, *made.transport, made.connections,
                                   made.stats},
        [id] { return FleetProcess{.id = id, .host = "here", .version = "1", .ready = true}; });
    made.service->start();
    made.transport->lead_to(endpoint_of(redis_));
    return made;
  }

  bool all_ready() {
    return run_until([this] {
      return std::all_of(processes_.begin(), processes_.end(),
                         [](const auto& one) { return one->closed || one->service->ready(); });
    });
  }

  void close(FleetMemberProcess& process) {
    process.service->close([&process] { process.closed = true; });
    EXPECT_FALSE(process.closed);
    run_until([&process] { return process.closed; });
  }

  void TearDown() override {
    for (const auto& one : processes_) {
      if (!one->closed) close(*one);
    }
    processes_.clear();
    LoopTest::TearDown();
  }

  // The answer to a call: fleet_call([&](auto done) { service.find_user("ann", done); }).
  template <typename Value, typename Call>
  std::variant<Value, FleetFault> answer_to(Call call) {
    std::optional<std::variant<Value, FleetFault>> answer;
    call([&answer](std::variant<Value, FleetFault> given) { answer = std::move(given); });
    EXPECT_FALSE(answer);
    run_until([&answer] { return answer.has_value(); });
    return answer.value_or(FleetFault{});
  }
  std::variant<FleetUser, FleetFault> find(FleetMemberProcess& at, std::string_view user) {
    return answer_to<FleetUser>([&](auto done) { at.service->find_user(user, std::move(done)); });
  }
  std::variant<size_t, FleetFault> disconnect(FleetMemberProcess& at,
                                              const DisconnectRequest& request) {
    return answer_to<size_t>([&](auto done) { at.service->disconnect(request, std::move(done)); });
  }

  MovableClock clock_;
  RecordingLog log_;
  RedisServer redis_;
  std::vector<std::unique_ptr<FleetMemberProcess>> processes_;
};

}  // namespace hermod::test
