#pragma once
// Port: the messages between the processes of one service, and the list of these processes. Each
// process reports itself every kReportMs and reads the list in the same step. RedisFleetTransport
// and LoneFleetTransport implement it; FleetService uses it.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/closed.h"

namespace hermod {

inline constexpr int64_t kReportMs = 2000;
// A process that has not reported for this long is dead: its leases are taken from it. It may have
// been frozen, and come back.
inline constexpr int64_t kDeadMs = 10'000;

struct FleetMember {
  std::string id;
  std::string report;  // its last one
  int64_t at_ms = 0;   // the time of that report, on the clock of now_ms()
};

// The id of a token (`jti`) that is refused until then: wall time in ms.
struct RevokedToken {
  std::string id;
  int64_t until_ms = 0;
};

// Never called inside a call of the owner.
class FleetTransportListener {
 public:
  // A message to this process or to all of them, in the order of publication. `at_ms`: the time of
  // its publication, on the clock of now_ms(). Valid during the call.
  virtual void on_fleet_message(std::string_view text, int64_t at_ms) = 0;
  // The list was read. Dead processes are not in it. Valid during the call.
  virtual void on_fleet_members(const std::vector<FleetMember>& members) = 0;
  // ready() changed.
  virtual void on_fleet_ready(bool ready) = 0;
  // The list did not have this process. `again`: although it had reported before; it was silent for
  // too long, or the list was lost.
  virtual void on_fleet_joined(bool again) = 0;
  // This process removed a dead one from the list. No other process gets this call.
  virtual void on_fleet_dead(std::string_view process) = 0;
  // Tokens that are revoked. After each on_fleet_ready(true), all of them, in pieces.
  virtual void on_fleet_revoked(const std::vector<RevokedToken>& tokens) = 0;

 protected:
  ~FleetTransportListener() = default;
};

class FleetTransport {
 public:
  // The processes that were in the list when the message was published, or none if it was not.
  using Sent = std::function<void(const std::optional<std::vector<std::string>>& members)>;
  // Which of the processes receive messages, in the order of the question.
  using Reachable = std::function<void(const std::vector<bool>&)>;

  // Until when the token is refused; none: it may not be stored.
  using Revoked = std::function<void(const std::optional<int64_t>& until_ms)>;

  virtual ~FleetTransport() = default;  // only after close() has completed

  // `report` returns what the others may know of this process. The listener must live until close()
  // has completed.
  virtual void start(FleetTransportListener& listener, std::function<std::string()> report) = 0;

  // Messages are sent and received, and this process is in the list.
  virtual bool ready() const = 0;

  // The time of the machine that keeps the list, in ms since 1970; estimated from the last report.
  // 0 before the first one.
  virtual int64_t now_ms() const = 0;

  // Precondition of the next four: ready(). Messages may be lost if the transport fails. `sent`
  // and `done` are called once, in a later loop iteration, unless the transport fails or closes
  // before.

  virtual void send_to_all(std::string_view text, Sent sent) = 0;  // this process included
  virtual void send_to(std::string_view process, std::string_view text) = 0;
  virtual void ask_reachable(const std::vector<std::string>& processes, Reachable done) = 0;

  // Stores that the token is refused for at least `keep_s` seconds. It sends no message.
  virtual void revoke_token(std::string_view id, uint32_t keep_s, Revoked done) = 0;

  // Removes this process from the list, and ends. Idempotent; `closed` is called once, in a later
  // loop iteration.
  virtual void close(Closed closed) = 0;
};

}  // namespace hermod
