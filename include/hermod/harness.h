#pragma once
// A hermod server inside a test process. The harness publishes records, waits until the connected
// clients have answered the messages, lists what was sent to each user, and injects faults. Use it
// on the loop's thread only. Callbacks come in a later loop iteration, never inside a call.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hermod/record_position.h"
#include "hermod/result.h"
#include "hermod/server.h"

namespace hermod {

struct HarnessEvent {
  enum class Kind { kConnection, kDisconnection, kDelivery, kDeadLetter, kDegraded, kRestored };

  Kind kind;
  uint64_t connection = 0;  // set for the first three kinds, as is `user`
  std::string user;
  uint16_t close_code = 0;  // kDisconnection
  std::string text;         // kDelivery: the answered message; kDeadLetter: the value of the record
  std::string reason;       // kDeadLetter, as are all fields below
  ErrorCode error = ErrorCode::kUnknown;
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
    bool answered;       // the client answered a ping that followed the message
  };
  struct Connection {
    uint64_t id;
    std::string user;
    int64_t since_ms;   // age of the connection
    uint64_t messages;  // in its outbox
    uint64_t bytes;     // of their frames
  };
  using Events = std::function<void(std::vector<HarnessEvent>)>;

  // Precondition: `server` was created and not started yet. It must outlive the harness, or be
  // closed before it is destroyed. `on_events` receives the events of one loop iteration, in their
  // order.
  Harness(Server& server, Events on_events);
  ~Harness();
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

  // Publishes a record with this key and value. `topic` is an index into KAFKA_TOPICS. `done` is
  // called when the broker has acknowledged the record, with its position.
  void publish(size_t topic, std::string key, std::string value,
               const std::function<void(Result<RecordPosition>)>& done);

  // Calls `done` when every record that was published so far is settled, and every connection has
  // answered the messages of these records that it was sent, or was closed. Error:
  // kServiceUnavailable if the harness is closed or cancel_delivered() is called first.
  void delivered(std::function<void(Result<void>)> done);

  // Ends the pending and later calls of delivered() with an error. Call it before a close without a
  // drain, which closes the connections and would otherwise look like their answers.
  void cancel_delivered();
  std::string undelivered() const;  // one sentence: what the oldest delivered() waits for

  // The messages that were sent last, oldest first, of one user or of all. The list is limited in
  // number and bytes.
  std::vector<Text> sent(std::optional<std::string_view> user) const;
  void forget_sent();

  std::vector<Connection> connections() const;
  size_t disconnect(std::string_view user, uint16_t code, std::string_view message);
  bool ready() const;  // whether /healthz/ready would answer 200

  // A token for `user`, signed with the server's key. `claims_json` is a JSON object of additional
  // claims. Errors: kValidation; kConfiguration if the server has only a public key.
  Result<std::string> token(std::string_view user, uint32_t lifetime_s,
                            std::string_view claims_json) const;

  // --- faults; set_bus() works with the in-memory bus only (otherwise kValidation)
  enum class Bus { kDown, kUp, kMemoryLost };
  Result<void> set_bus(Bus state);
  enum class Client { kStalled, kFlowing };
  void set_client(std::string_view user, Client state);
  void advance_clock(int64_t ms);  // as if this time had passed; precondition: ms >= 0

  // Runs `call` in the next loop iteration.
  void soon(std::function<void()> call);

  // Enables kDelivery events, which are off by default.
  void report_deliveries();

  // Call it after the server was closed. Delivers the remaining events and answers the remaining
  // calls. `closed` is called last, in a later loop iteration.
  void close(std::function<void()> closed);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hermod
