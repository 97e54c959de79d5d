#pragma once
// The messages between processes over Redis, on two links of its own: it needs no shard of the bus,
// and a crowd of messages to users does not delay it. Both links lead to the master that has the
// list of the processes; Redis passes messages on to it from every node. Owned by the composition
// in server/.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "fleet/fleet_transport.h"
#include "hermod/log.h"
#include "redis/redis_commands.h"
#include "redis_fleet/fleet_names.h"
#include "redis_fleet/fleet_replies.h"
#include "redis_fleet/fleet_revocations.h"
#include "redis_fleet/fleet_subscription.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

struct RedisFleetOptions {
  RedisLinkOptions link;  // without the endpoint
  FleetNames names;
  std::string process;                // the id of this process
  uint64_t socket_timeout_ms = 5000;  // a link without a reply for this long reconnects
};

class RedisFleetTransport final : public FleetTransport, RedisCommandsListener {
 public:
  // The server of the list answered that another one has it: MOVED, READONLY.
  using Redirected = std::function<void(const RedisEndpoint& from, std::string_view error)>;

  RedisFleetTransport(uv_loop_t* loop, const Clock& clock, Log& log,
                      const RedisFleetOptions& options, Redirected redirected);

  // Connects to the master that has the list. A later call moves both links.
  void lead_to(const RedisEndpoint& endpoint);

  // --- FleetTransport
  void start(FleetTransportListener& listener, std::function<std::string()> report) override;
  bool ready() const override { return ready_; }
  int64_t now_ms() const override;
  void send_to_all(std::string_view text, Sent sent) override;
  void send_to(std::string_view process, std::string_view text) override;
  void ask_reachable(const std::vector<std::string>& processes, Reachable done) override;
  void revoke_token(std::string_view id, uint32_t keep_s, Revoked done) override;
  void close(Closed closed) override;

 private:
  enum class State { kNew, kOpen, kLeaving, kClosed };

  void enter(State next);
  void on_commands_up() override;
  void on_commands_down(std::string_view reason) override;
  RedisCommand command(size_t arguments, FleetReplies::Handler handler);
  RedisCommand send_script(std::string_view channel, std::string_view text, Sent sent);
  void connect();
  void tick();
  void report();
  void on_report(const redisReply& reply);
  void on_refused(const std::string& error);
  void on_channels_refused(const std::string& error);
  void on_message(std::string_view text);
  void update_ready();
  void finish_close();

  const Clock& clock_;
  Log& log_;
  RedisFleetOptions options_;
  Redirected redirected_;
  State state_ = State::kNew;
  FleetTransportListener* listener_ = nullptr;
  std::function<std::string()> report_;
  Closed closed_;
  bool led_ = false;         // lead_to() was called
  int reports_missing_ = 1;  // on the present connection, until messages may be sent
  bool reaches_ = false;     // both links are up
  bool ready_ = false;
  bool was_member_ = false;  // has ever reported
  int64_t ahead_ms_ = 0;     // of the steady clock, by Redis' time; 0: unknown
  FleetReplies replies_;
  RedisCommands commands_;
  FleetSubscription subscription_;
  FleetRevocations revocations_;
  uv::Timer ticker_;
  uv::Timer leave_limit_;
  uv::Immediate close_;
};

}  // namespace hermod
