#pragma once
// From a request head to what is done about it: an answer, or an upgrade. Judges in the order of
// protocol section 4: the method, the Host, a body that nobody takes, the path. Knows no socket.

#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "core/upgrade.h"
#include "hermod/stats.h"
#include "http/answer.h"
#include "http/console.h"
#include "http/pages.h"
#include "http/request_head.h"
#include "http/route.h"
#include "http/upgrade_policy.h"

namespace hermod {

struct WrittenAnswer {
  std::string bytes;
  Delivery::Connection connection = Delivery::Connection::kClosed;
};

using Reply = std::variant<WrittenAnswer, UpgradeRequest, Postponed>;

// What the router works with; all of it outlives the router.
struct RouterParts {
  const Pages& pages;
  Console& console;
  UpgradePolicy& upgrade_policy;
  const HealthView& health;
  const Clock& clock;
  Stats& stats;
};

class Router {
 public:
  explicit Router(const RouterParts& parts) : parts_(parts) {}

  // How much of a body is read before reply() is asked, 0: none.
  size_t body_bytes_max(const RequestHead& head) const;

  // Of a Postponed reply asked again, with Turn::kItsOwn.
  Reply reply(const RequestHead& head, const IpAddress& peer, Turn turn = Turn::kFirst);

  // To who has sent no head that could be read. The connection is closed behind it.
  WrittenAnswer refuse(const Fault& fault);

  // From here on each answer closes its connection.
  void set_draining(bool draining) { draining_ = draining; }

 private:
  struct Request;

  Answer answer_fault(const Request& request, const Fault& fault) const;
  WrittenAnswer finish(const Request& request, const Answer& answer);
  Reply enter(const Request& request);
  WrittenAnswer preflight(const Request& request);

  RouterParts parts_;
  bool draining_ = false;
};

}  // namespace hermod
