#pragma once
// A fleet of one process: without Redis, no other process can share its users.

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "fleet/fleet_transport.h"
#include "uv/immediate.h"

namespace hermod {

class LoneFleetTransport final : public FleetTransport {
 public:
  LoneFleetTransport(uv_loop_t* loop, const Clock& clock, std::string id);

  void start(FleetTransportListener& listener, std::function<std::string()> report) override;
  bool ready() const override { return ready_; }
  int64_t now_ms() const override { return clock_.wall_ms(); }
  void send_to_all(std::string_view text, Sent sent) override;
  void send_to(std::string_view process, std::string_view text) override;
  void ask_reachable(const std::vector<std::string>& processes, Reachable done) override;
  void revoke_token(std::string_view id, uint32_t keep_s, Revoked done) override;
  void close(Closed closed) override;

 private:
  void later(std::function<void()> step);
  void run();
  void report();

  const Clock& clock_;
  std::string id_;
  bool ready_ = false;
  bool closing_ = false;
  FleetTransportListener* listener_ = nullptr;
  std::function<std::string()> report_;
  std::vector<std::function<void()>> steps_;
  uv::Immediate immediate_;
};

}  // namespace hermod
