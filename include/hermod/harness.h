#pragma once
// A router for tests, inside the process that tests with it: publishes records, waits until they
// were answered by the sockets they went to, shows what was sent to whom, and makes parts fail.
// Everything on the loop's thread; what it tells comes on a turn of its own, never inside a call.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hermod/result.h"
#include "hermod/server.h"

namespace hermod {

struct HarnessEvent {
  enum class Kind { kConnection, kDisconnection, kDelivery, kDeadLetter, kDegraded, kRestored };

  Kind kind;
  uint64_t connection = 0;  // the first three, as is user
  std::string user;
  uint16_t close_code = 0;  // kDisconnection
  std::string text;         // kDelivery: what the client answered; kDeadLetter: the record's value
  std::string reason;       // kDeadLetter, as are all that follow
  ErrorCode error = ErrorCode::kUnknown;
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
};

struct RecordPosition {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
};

class Harness {
 public:
  struct Text {
    uint64_t connection;
    std::string user;
    std::string text;
    int64_t sent_at_ms;  // wall time
    bool answered;       // the client has it
  };
  struct Connection {
    uint64_t id;
    std::string user;
    int64_t since_ms;   // how long it stands
    uint64_t messages;  // that wait for it
    uint64_t bytes;
  };
  using Events = std::function<void(std::vector<HarnessEvent>)>;

  // `server` was created and not started yet; it outlives the harness or was closed.
  Harness(Server& server, Events on_events);
  ~Harness();
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

  // A record as it stands in a topic; `done` comes when the broker has it. The topic is an index
  // into KAFKA_TOPICS.
  void publish(size_t topic, std::string key, std::string value,
               const std::function<void(Result<RecordPosition>)>& done);

  // `done` comes when every record published until now was settled, and every connection has
  // answered what it was sent of them, or has ended. Error: kServiceUnavailable, at a close.
  void delivered(std::function<void(Result<void>)> done);
  std::string undelivered() const;  // what the oldest delivered() still waits for, as a sentence

  // The last texts taken from outboxes, oldest first; bounded in number and bytes.
  std::vector<Text> sent(std::optional<std::string_view> user) const;
  void forget_sent();

  std::vector<Connection> connections() const;
  size_t disconnect(std::string_view user, uint16_t code, std::string_view message);
  bool ready() const;  // both backends are up

  // Signed with the server's key. Errors: kValidation, or kConfiguration where it has none to sign.
  Result<std::string> token(std::string_view user, uint32_t lifetime_s,
                            std::string_view claims_json) const;

  // --- faults; the first three are for the in-process bus only (kValidation)
  enum class Bus { kAway, kBack, kForgetful };
  Result<void> set_bus(Bus state);
  enum class Client { kStalled, kFlowing };
  void set_client(std::string_view user, Client state);
  void advance_clock(int64_t ms);

  // Calls back on a turn of its own.
  void soon(std::function<void()> call);

  void tell_deliveries();  // kDelivery events, which nobody gets before

  // Once the server is closed: tells and answers what is left. `closed` comes on a later turn, and
  // is the last word.
  void close(std::function<void()> closed);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace hermod
