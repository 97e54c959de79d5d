#pragma once
// The operators' API (protocol section 8): finds, disconnects and informs users over all processes.
// It needs ADMIN_TOKEN, and does not exist without one. Owned by the composition in server/, called
// by RequestRouter.

#include <array>
#include <functional>
#include <optional>
#include <string_view>

#include "base/audit.h"
#include "base/clock.h"
#include "fleet/fleet.h"
#include "http/admin_access.h"
#include "http/health_view.h"
#include "http/page_group.h"

namespace hermod {

// The dependencies of the API; all of them outlive it.
struct ApiDependencies {
  Fleet* fleet;  // null: requests are answered with 503
  const HealthView& health;
  const Clock& clock;
  AdminAccess& access;
  Audit* audit = nullptr;  // null: off
};

class Api final : public PageGroup {
 public:
  explicit Api(const ApiDependencies& dependencies) : dependencies_(dependencies) {}

  // --- PageGroup
  const Route* find_route(std::string_view path) const override;
  PageOutcome answer(const Route& route, const HttpRequest& request) override;

 private:
  struct Call : Route {
    PageOutcome (Api::*answer)(const HttpRequest&);
  };
  static const std::array<Call, 5> kCalls;

  std::optional<Fault> fault_of_access(const HttpRequest& request);
  PageOutcome find_user(const HttpRequest& request);
  PageOutcome disconnect(const HttpRequest& request);
  PageOutcome revoke_token(const HttpRequest& request);
  PageOutcome broadcast(const HttpRequest& request);
  PageOutcome list_processes(const HttpRequest& request);
  // Adds to an answer that the audit log gets the action of the request when the answer is known.
  using Audited = std::function<LaterAnswer::Done(LaterAnswer::Done)>;
  // What an action concerns, if it concerns a user or a token.
  struct Concern {
    std::string user;
    std::string jti;
  };
  Audited audited(std::string action, Concern concern, const HttpRequest& request) const;
  PageOutcome ask(std::function<void(Fleet&, LaterAnswer::Done)> start) const;

  ApiDependencies dependencies_;
};

}  // namespace hermod
