#include "api/api.h"

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "api/api_answers.h"
#include "api/api_bodies.h"

namespace hermod {
namespace {

constexpr std::string_view kUsers = "/api/users/";
constexpr std::string_view kDisconnect = "/disconnect";

// The parts of "/api/users/{id}" and "/api/users/{id}/disconnect".
struct UserPath {
  std::string_view id;  // percent-encoded
  bool disconnects = false;
};

std::optional<UserPath> split_user_path(std::string_view path) {
  if (!path.starts_with(kUsers)) return std::nullopt;
  UserPath parts{.id = path.substr(kUsers.size())};
  if (parts.id.ends_with(kDisconnect)) {
    parts.id.remove_suffix(kDisconnect.size());
    parts.disconnects = true;
  }
  if (parts.id.empty() || parts.id.find('/') != std::string_view::npos) return std::nullopt;
  return parts;
}

std::variant<std::string, Fault> user_of(const RequestHead& head) {
  const std::optional<UserPath> parts = split_user_path(head.path);
  assert(parts.has_value());
  return parse_user_id(parts->id);
}

// Answers a request with what the fleet returns. `make` builds the response from the value.
template <typename Value, typename Make>
Fleet::Done<Value> answers(LaterAnswer::Done done, Make make) {
  return [done = std::move(done),
          make = std::move(make)](const std::variant<Value, FleetFault>& outcome) {
    if (const auto* fault = std::get_if<FleetFault>(&outcome)) return done(api_fault(*fault));
    done(make(std::get<Value>(outcome)));
  };
}

}  // namespace

// CORS_ORIGINS does not apply to the API: the pages of other origins must never read it.
constinit const std::array<Api::Call, 5> Api::kCalls = {{
    {operators_page("/api/users/{id}"), &Api::find_user},
    {operators_action("/api/users/{id}/disconnect"), &Api::disconnect},
    {operators_action("/api/tokens/revoke"), &Api::revoke_token},
    {operators_action("/api/broadcast"), &Api::broadcast},
    {operators_page("/api/processes"), &Api::list_processes},
}};

const Route* Api::find_route(std::string_view path) const {
  if (const auto user = split_user_path(path)) return &kCalls.at(user->disconnects ? 1 : 0);
  for (size_t i = 2; i < kCalls.size(); ++i) {
    if (kCalls.at(i).path == path) return &kCalls.at(i);
  }
  return nullptr;
}

PageOutcome Api::answer(const Route& route, const HttpRequest& request) {
  assert(find_route(request.head.path) == &route);
  if (auto fault = fault_of_access(request)) return *std::move(fault);
  return (this->*static_cast<const Call&>(route).answer)(request);
}

std::optional<Fault> Api::fault_of_access(const HttpRequest& request) {
  AdminAccess& access = dependencies_.access;
  if (!access.has_token()) {
    return make_fault(RefusalReason::kApiDisabled, request.head.path);
  }
  AdminAccess::Decision decision = access.validate(request.head, request.peer);
  if (decision.granted || decision.fault) return std::move(decision.fault);
  return make_fault(RefusalReason::kApiToken, request.head.path);
}

PageOutcome Api::ask(std::function<void(Fleet&, LaterAnswer::Done)> start) const {
  Fleet* const fleet = dependencies_.fleet;
  if (fleet == nullptr) return api_fault({});
  return LaterAnswer{[fleet, start = std::move(start)](LaterAnswer::Done done) {
    start(*fleet, std::move(done));
  }};
}

Api::Audited Api::audited(std::string action, Concern concern, const HttpRequest& request) const {
  Audit* const audit = dependencies_.audit;
  if (!is_on(audit)) return [](LaterAnswer::Done done) { return done; };
  return [audit, action = std::move(action), concern = std::move(concern),
          address = to_string(request.peer), origin = std::string(request.head.origin.value),
          id = std::string(request.head.correlation_id.value)](LaterAnswer::Done done) {
    return [=, done = std::move(done)](const PageAnswer& answer) {
      const int status =
          std::visit([](const auto& one) { return static_cast<int>(one.status); }, answer);
      if (is_on(audit)) {
        record_admin_action(audit, {.action = action,
                                    .user = concern.user,
                                    .jti = concern.jti,
                                    .address = address,
                                    .origin = origin,
                                    .correlation_id = id,
                                    .code = static_cast<uint16_t>(status)});
      }
      done(answer);
    };
  };
}

PageOutcome Api::find_user(const HttpRequest& request) {
  const auto parsed = user_of(request.head);
  if (const auto* fault = std::get_if<Fault>(&parsed)) return *fault;
  return ask(
      [id = std::get<std::string>(parsed), limit = dependencies_.health.connections_per_user_max()](
          Fleet& fleet, LaterAnswer::Done done) {
        fleet.find_user(id, answers<FleetUser>(std::move(done), [id, limit](const FleetUser& user) {
                          return user_answer(id, user, limit);
                        }));
      });
}

PageOutcome Api::disconnect(const HttpRequest& request) {
  const auto user = user_of(request.head);
  if (const auto* fault = std::get_if<Fault>(&user)) return *fault;
  const auto parsed = parse_disconnect(request.head.content, std::get<std::string>(user),
                                       dependencies_.clock.wall_ms());
  if (const auto* fault = std::get_if<Fault>(&parsed)) return *fault;
  const DisconnectRequest& wanted = std::get<DisconnectRequest>(parsed);
  return ask([wanted, audited = audited(wanted.revoke ? "disconnect_and_revoke" : "disconnect",
                                        {.user = wanted.user, .jti = {}}, request)](
                 Fleet& fleet, LaterAnswer::Done done) {
    fleet.disconnect(wanted, answers<size_t>(audited(std::move(done)), disconnect_answer));
  });
}

PageOutcome Api::revoke_token(const HttpRequest& request) {
  const auto parsed = parse_token_id(request.head.content);
  if (const auto* fault = std::get_if<Fault>(&parsed)) return *fault;
  const std::string& id = std::get<std::string>(parsed);
  return ask([id, audited = audited("revoke", {.user = {}, .jti = id}, request)](
                 Fleet& fleet, LaterAnswer::Done done) {
    fleet.revoke_token(
        id, answers<Fleet::Nothing>(audited(std::move(done)),
                                    [](const Fleet::Nothing&) { return revoke_answer(); }));
  });
}

PageOutcome Api::broadcast(const HttpRequest& request) {
  const auto parsed = parse_broadcast(request.head.content);
  if (const auto* fault = std::get_if<Fault>(&parsed)) return *fault;
  return ask([wanted = std::get<BroadcastRequest>(parsed),
              audited = audited("broadcast", {}, request)](Fleet& fleet, LaterAnswer::Done done) {
    fleet.broadcast(wanted, answers<size_t>(audited(std::move(done)), broadcast_answer));
  });
}

PageOutcome Api::list_processes(const HttpRequest&) {
  return ask([](Fleet& fleet, LaterAnswer::Done done) {
    fleet.list_processes(answers<std::vector<FleetProcess>>(std::move(done), processes_answer));
  });
}

}  // namespace hermod
