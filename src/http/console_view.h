#pragma once
// What the console shows of the process and asks of it. Implemented by the composition.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bus/bus.h"
#include "hermod/result.h"
#include "source/source.h"

namespace hermod {

struct ConsoleConnection {
  uint64_t id = 0;
  std::string user;
  std::string_view state;     // of its session
  int64_t since_ms = 0;       // how long it stands
  int64_t unanswered_ms = 0;  // how long its client owes the answer to a ping, 0: it owes none
  size_t waiting_messages = 0;
  size_t waiting_bytes = 0;
};

// A record that could not be routed. What came from outside is cut and escaped.
struct ConsoleDeadLetter {
  std::string time, topic, reason, field, user;
  int32_t partition = 0;
  int64_t offset = 0;
  size_t bytes = 0;
  std::string value;  // its beginning; empty where payloads are not shown
};

// A test notification on its way.
struct ConsoleSent {
  std::string correlation_id, user, type;
  std::string state = "waiting";  // then "acknowledged" or "failed"
  std::string detail;             // where Kafka has it, or why it does not
};

// A histogram as it is counted: counts has one more than bounds.
struct ConsoleHistogram {
  std::vector<double> bounds;
  std::vector<uint64_t> counts;
};

struct ConsoleState {
  std::string version;
  size_t users = 0;
  size_t connections = 0;
  std::map<std::string_view, uint64_t> totals;  // since the start
  ConsoleHistogram event_age_seconds;
  BusStatus bus;
  SourceStatus source;
  std::vector<ConsoleConnection> listed;  // the newest that match, at most kConsoleListedMax
  size_t matching = 0;
  std::vector<ConsoleConnection> slow;          // the most behind first
  std::vector<ConsoleDeadLetter> dead_letters;  // newest first
  std::vector<ConsoleSent> sent;                // newest first
};

inline constexpr size_t kConsoleListedMax = 100;
inline constexpr size_t kConsoleSlowMax = 10;

struct ConsoleNotification {
  std::string user, type, category, priority;
  std::string payload;  // a JSON object
};

struct ConsoleToken {
  std::string token;
  int64_t expires_at_wall_ms = 0;
};

class ConsoleView {
 public:
  // `user_part`: what the name of a listed connection's user holds.
  virtual ConsoleState state(std::string_view user_part) const = 0;

  // Sends it the way of every record, to Kafka; its correlation id. What becomes of it stands in
  // ConsoleState::sent.
  virtual Result<std::string> send(const ConsoleNotification& notification) = 0;

  virtual Result<ConsoleToken> mint(std::string_view user) = 0;

 protected:
  ~ConsoleView() = default;
};

}  // namespace hermod
