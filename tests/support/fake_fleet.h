#pragma once
// A fleet that keeps what it was asked, and answers in the next loop iteration with what the test
// has set.

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fleet/fleet.h"
#include "uv/immediate.h"

namespace hermod::test {

class FakeFleet final : public Fleet {
 public:
  explicit FakeFleet(uv_loop_t* loop) : immediate_(loop, [this] { answer(); }) {}

  void find_user(std::string_view user, Done<FleetUser> done) override {
    users.emplace_back(user);
    later(std::move(done), found);
  }
  void disconnect(const DisconnectRequest& request, Done<size_t> done) override {
    disconnects.push_back(request);
    later(std::move(done), ended);
  }
  void revoke_token(std::string_view jti, Done<Nothing> done) override {
    revoked.emplace_back(jti);
    later(std::move(done), Nothing{});
  }
  void broadcast(const BroadcastRequest& request, Done<size_t> done) override {
    broadcasts.push_back(request);
    later(std::move(done), processes.size());
  }
  void list_processes(Done<std::vector<FleetProcess>> done) override {
    later(std::move(done), processes);
  }

  FleetUser found;
  size_t ended = 0;
  std::vector<FleetProcess> processes;
  std::optional<FleetFault> fault;  // instead of the values above

  std::vector<std::string> users;
  std::vector<DisconnectRequest> disconnects;
  std::vector<std::string> revoked;
  std::vector<BroadcastRequest> broadcasts;

 private:
  template <typename Value>
  void later(Done<Value> done, const Value& value) {
    std::variant<Value, FleetFault> outcome = value;
    if (fault) outcome = *fault;
    open_.push_back([done = std::move(done), outcome = std::move(outcome)] { done(outcome); });
    immediate_.ask();
  }

  void answer() {
    for (const auto& one : std::exchange(open_, {})) one();
  }

  std::vector<std::function<void()>> open_;
  uv::Immediate immediate_;
};

}  // namespace hermod::test
