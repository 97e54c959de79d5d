#pragma once
// Port: the audit log, which says who connected, ended, was refused, or changed something. Every
// component may report to it; AuditLog (observe/) writes the lines. The views of an event are valid
// only during the call. No event contains a token, a secret or a payload.

#include <cstdint>
#include <string_view>

namespace hermod {

struct AuditEvent {
  enum class Kind : uint8_t { kConnect, kEnd, kRefusal, kRefresh, kAdmin, kReload };

  Kind kind;
  uint64_t connection = 0;  // the number of the connection; 0: none
  std::string_view user;
  std::string_view address;
  std::string_view origin;
  std::string_view kid;     // the key id of the token
  std::string_view reason;  // of a refusal, or what an operator did or a reload changed
  std::string_view jti;     // of the token that an operator revoked
  std::string_view correlation_id;
  uint16_t code = 0;        // the close code or the HTTP status
  int64_t duration_ms = 0;  // of a connection that ended
};

class Audit {
 public:
  // While it is off, callers report nothing and prepare nothing.
  bool on() const { return on_; }

  virtual void record(const AuditEvent& event) = 0;  // precondition: on()

 protected:
  ~Audit() = default;

  bool on_ = false;
};

inline bool is_on(const Audit* audit) {
  return audit != nullptr && audit->on();
}

// Something that an operator did, or was not allowed to do: "send", "mint", "disconnect".
struct AdminAction {
  std::string_view action;
  std::string_view user;  // whom it concerns; empty: no user
  std::string_view jti = {};
  std::string_view address;
  std::string_view origin;
  std::string_view correlation_id;
  uint16_t code = 0;  // the HTTP status of the answer
};
void record_admin_action(Audit* audit, const AdminAction& action);

}  // namespace hermod
