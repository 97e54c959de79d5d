#pragma once
// Port: what the processes of one service know and do together. A process
// asks all live processes, itself included, and adds up their answers. The caller is
// the API; FleetService implements it.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/peer.h"

namespace hermod {

// An open connection of a user.
struct FleetConnection {
  std::string id;        // unique within its process
  std::string process;   // the id of the process that holds it
  std::string device;    // empty: the connection named none
  int64_t since_ms = 0;  // wall time of its upgrade
  std::string address;   // of the client; in production only its network
};

struct FleetUser {
  std::vector<FleetConnection> connections;
};

// What a process reports of itself every two seconds.
struct FleetProcess {
  std::string id;
  std::string host;
  std::string version;
  int64_t since_ms = 0;  // wall time of its start
  size_t connections = 0;
  size_t users = 0;
  bool consumes = true;        // KAFKA_CONSUME
  std::optional<int64_t> lag;  // records that wait in Kafka for this process; unset: unknown
  bool ready = false;
};

struct DisconnectRequest {
  std::string user;
  uint16_t code = 1008;
  // The text of the close frame, at most kCloseReasonBytesMax bytes of UTF-8. Empty: the usual JSON
  // reason.
  std::string reason = {};
  bool revoke = false;  // the user's tokens that were issued until now are refused
  // The user's tokens that were issued in this second (since 1970) or before are refused; unset:
  // the present one. Only with `revoke`.
  std::optional<uint32_t> revoked_s = {};
};

struct BroadcastRequest {
  std::string notification_type;
  std::string payload;   // a JSON object
  std::string category;  // empty: none
  std::string priority;  // empty: none
};

// Why a request has no complete answer.
struct FleetFault {
  enum class Kind {
    kUnavailable,  // Redis is unavailable, or the control channel is not subscribed; nothing was
                   // done
    kSilent,       // `silent` did not answer within 10 s; what the others did stays done
  };
  Kind kind = Kind::kUnavailable;
  size_t connections = 0;           // kSilent: ended by the processes that answered
  std::vector<std::string> silent;  // kSilent: the ids of the processes
};

class Fleet {
 public:
  template <typename Value>
  using Done = std::function<void(std::variant<Value, FleetFault>)>;

  struct Nothing {};

  // Each call is answered once, in a later loop iteration, and not at all after the close.

  virtual void find_user(std::string_view user, Done<FleetUser> done) = 0;
  // Answers with the number of connections that ended, after they ended.
  virtual void disconnect(const DisconnectRequest& request, Done<size_t> done) = 0;
  // Refuses the token with this id, and ends the connections that used it.
  virtual void revoke_token(std::string_view jti, Done<Nothing> done) = 0;
  // A notice for everybody who is connected. Answers with the number of processes that sent it.
  virtual void broadcast(const BroadcastRequest& request, Done<size_t> done) = 0;
  virtual void list_processes(Done<std::vector<FleetProcess>> done) = 0;

 protected:
  ~Fleet() = default;
};

}  // namespace hermod
