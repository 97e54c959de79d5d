#pragma once
// Port: the data that the console shows, and the actions that it offers. Implemented by
// ConsoleBackend in server/; Console calls it for each request.

#include <cstdint>
#include <deque>
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
  int64_t since_ms = 0;       // age of the connection
  int64_t unanswered_ms = 0;  // age of the outstanding ping; 0: none is outstanding
  size_t waiting_messages = 0;
  size_t waiting_bytes = 0;
};

// A record that could not be routed. External text is truncated and escaped.
struct ConsoleDeadLetter {
  std::string time, topic, reason, field, user;
  int32_t partition = 0;
  int64_t offset = 0;
  size_t bytes = 0;
  std::string value;  // its beginning; empty if payloads are not shown
};

// A test notification that the console sent.
struct ConsoleSent {
  std::string correlation_id, user, type;
  std::string state = "waiting";  // then "acknowledged" or "failed"
  std::string detail;             // its Kafka position, or the error
};

// A message that was written to connections of a user who is watched.
struct ConsoleFeedEvent {
  std::string time;        // of the first connection
  std::string stream_id;   // empty: an external message or a notice
  std::string type;        // notification_type; empty: the message has none
  size_t bytes = 0;        // of the message payload
  size_t connections = 0;  // to which it was written, also by a replay
  std::string payload;     // its beginning; empty if payloads are not shown
};

struct ConsoleFeed {
  bool begins = false;    // this request began the watch
  bool payloads = false;  // whether payloads are shown
  std::string since;      // when the watch began
  size_t dropped = 0;     // older events that are not kept
  std::deque<ConsoleFeedEvent> newest_first;
};

// A histogram. `counts` has one element more than `bounds`.
struct ConsoleHistogram {
  std::vector<double> bounds;
  std::vector<uint64_t> counts;
};

struct ConsoleState {
  std::string process;  // the id of this process; base/process_id.h
  std::string version;
  size_t users = 0;
  size_t connections = 0;
  std::map<std::string_view, uint64_t> totals;  // since the start
  ConsoleHistogram event_age_seconds;
  BusStatus bus;
  SourceStatus source;
  std::vector<ConsoleConnection> listed;  // the newest that match, at most kConsoleListedMax
  size_t matching = 0;
  std::vector<ConsoleConnection> slow;          // the slowest first
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
  // `user_part`: only connections of users whose id contains it are listed.
  virtual ConsoleState state(std::string_view user_part) const = 0;

  // What this process writes to the connections of the user. It is observed from the first call on,
  // and no longer after 10 s without a call.
  virtual ConsoleFeed watch(std::string_view user) = 0;

  // Produces the notification to Kafka and returns its correlation id. ConsoleState::sent shows the
  // outcome. Error: it could not be queued.
  virtual Result<std::string> send(const ConsoleNotification& notification) = 0;

  // Signs a token of `user`. Error: the configured key cannot sign.
  virtual Result<ConsoleToken> mint(std::string_view user) = 0;

 protected:
  ~ConsoleView() = default;
};

}  // namespace hermod
