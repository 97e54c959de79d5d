#include "http/request_router.h"

#include <algorithm>
#include <cassert>

#include "base/random.h"
#include "http/authority.h"
#include "http/header_text.h"

namespace hermod {
namespace {

constexpr size_t kCorrelationIdBytesMax = 128;
constexpr std::string_view kUnmatched = "unmatched";
constexpr std::string_view kUnknownPath = "unknown path";

bool is_correlation_id(std::string_view text) {
  return !text.empty() && text.size() <= kCorrelationIdBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == ':' || c == '-';
         });
}

std::string correlation_id_of(const RequestHead& head) {
  const std::string& given = head.correlation_id.value;
  return is_correlation_id(given) ? given : random_uuid();
}

bool contains_method(std::string_view methods, std::string_view method) {
  return find_element(methods, [method](std::string_view one) { return one == method; })
      .has_value();
}

// "host" for "user:password@host".
std::string without_credentials(const std::string& authority) {
  return authority.substr(authority.rfind('@') + 1);
}

// Validates the target and the Host header.
std::optional<Fault> fault_of_address(const RequestHead& head) {
  if (head.target == RequestHead::Target::kMalformed) {
    return make_fault(RefusalReason::kRequestTarget, without_credentials(head.path));
  }
  if (head.host.count > 1 || (head.version >= 11 && !head.host.present())) {
    return make_fault(RefusalReason::kHostCount, head.host.value);
  }
  if (head.host.present() && !is_authority(head.host.value)) {
    return make_fault(RefusalReason::kHostForm, without_credentials(head.host.value));
  }
  return std::nullopt;
}

std::optional<Fault> fault_of(const RequestHead& head, const RouteMatch& match) {
  const bool server_wide =
      head.method == "OPTIONS" && head.target == RequestHead::Target::kAsterisk;
  if (!match.absent.empty()) {
    Fault fault = make_fault(RefusalReason::kUnknownPath, head.path);
    fault.message = match.absent;
    return fault;
  }
  if (!contains_method(match.route != nullptr ? match.route->methods : kReadMethods, head.method)) {
    return make_fault(RefusalReason::kRequestMethod, head.method + ' ' + head.path);
  }
  if (auto fault = fault_of_address(head)) return fault;
  if (!head.body_read()) {
    const bool accepts_bodies = match.route != nullptr && match.route->body_bytes_max != 0;
    return make_fault(
        accepts_bodies ? RefusalReason::kBodyTooLarge : RefusalReason::kBodyNotAccepted,
        head.body == RequestHead::Body::kLength ? std::to_string(head.body_bytes) + " bytes"
                                                : "chunked");
  }
  if (match.route == nullptr && !server_wide) {
    return make_fault(RefusalReason::kUnknownPath, head.path);
  }
  return std::nullopt;
}

}  // namespace

struct RequestRouter::Request {
  HttpRequest from;
  RouteMatch match;
  std::string correlation_id;
  std::string_view allowed_origin;
  Attempt attempt = Attempt::kFirst;
  bool foreign_origin = false;  // there is an Origin, and CORS_ORIGINS does not have it

  std::string_view endpoint() const {
    return match.route != nullptr ? match.route->path : kUnmatched;
  }
};

// Whether the browser shows the response only to the pages of CORS_ORIGINS. UpgradePolicy judges
// the origin of an upgrade, and a page may always read the responses of its own server.
bool RequestRouter::needs_origin(const Request& request) {
  const bool is_upgrade = request.match.route != nullptr && request.match.pages == nullptr &&
                          request.from.head.method != "OPTIONS";
  return !is_upgrade && !is_own_origin(request.from.head);
}

RouteMatch RequestRouter::match(std::string_view path) const {
  if (const RouteMatch found = match_websocket_path(path); found.route != nullptr) {
    if (dependencies_.websockets == WebSocketPaths::kServed) return found;
    return {.absent = "this port serves no WebSockets: connect to the port of WEBSOCKET_PORT"};
  }
  for (PageGroup* const pages : dependencies_.pages) {
    if (const Route* const route = pages->find_route(path)) return {.route = route, .pages = pages};
  }
  for (const PageGroup* const hidden : dependencies_.hidden) {
    if (hidden->find_route(path) != nullptr) return {.absent = kUnknownPath};
  }
  return {};
}

size_t RequestRouter::body_bytes_max(const RequestHead& head) const {
  if (fault_of_address(head)) return 0;  // the request is refused without waiting for its body
  const Route* const route = match(head.path).route;
  return route != nullptr && head.method == "POST" ? route->body_bytes_max : 0;
}

RequestRouter::Request RequestRouter::request_of(const RequestHead& head, const IpAddress& peer,
                                                 Attempt attempt) const {
  Request request{{head, peer, port_}, match(head.path), correlation_id_of(head), {}, attempt};
  const bool shared =
      request.match.route == nullptr || request.match.route->origins == Origins::kConfigured;
  if (head.origin.present() && shared) {
    request.foreign_origin = !dependencies_.upgrade_policy.allows_origin(head.origin.value);
    if (!request.foreign_origin) request.allowed_origin = head.origin.value;
  }
  return request;
}

Reply RequestRouter::reply(const RequestHead& head, const IpAddress& peer, Attempt attempt) {
  const Request request = request_of(head, peer, attempt);
  if (request.foreign_origin && needs_origin(request)) {
    report(request, make_fault(RefusalReason::kCorsOrigin, head.origin.value));
  }
  if (const auto fault = fault_of(head, request.match)) return refuse(request, *fault);
  if (head.method == "OPTIONS") return preflight(request);
  if (request.match.pages == nullptr) return upgrade(request);
  PageOutcome outcome = request.match.pages->answer(*request.match.route, request.from);
  if (auto* later = std::get_if<LaterAnswer>(&outcome)) return std::move(*later);
  if (const auto* fault = std::get_if<Fault>(&outcome)) return refuse(request, *fault);
  return finish(request, std::get<Response>(outcome));
}

SerializedResponse RequestRouter::complete(const RequestHead& head, const IpAddress& peer,
                                           const PageAnswer& given) {
  const Request request = request_of(head, peer, Attempt::kFirst);
  if (const auto* fault = std::get_if<Fault>(&given)) return refuse(request, *fault);
  return finish(request, std::get<Response>(given));
}

SerializedResponse RequestRouter::preflight(const Request& request) {
  assert(request.from.head.method == "OPTIONS");
  const Route* const route = request.match.route;
  const std::string methods(route != nullptr ? route->methods : kReadMethods);
  Response response;
  response.status = 204;
  response.headers.emplace_back("Allow", methods);
  if (!request.allowed_origin.empty()) {
    response.headers.emplace_back("Access-Control-Allow-Methods", methods);
    response.headers.emplace_back("Access-Control-Allow-Headers",
                                  "Authorization, Content-Type, X-Correlation-ID");
    response.headers.emplace_back("Access-Control-Max-Age", "600");
  }
  return finish(request, response);
}

Reply RequestRouter::upgrade(const Request& request) {
  assert(request.match.route != nullptr);
  assert(request.match.pages == nullptr);
  auto decision = dependencies_.upgrade_policy.validate(
      {request.from, request.correlation_id, request.match.status_user, request.attempt});
  if (const auto* fault = std::get_if<Fault>(&decision)) return refuse(request, *fault);
  if (const auto* postponed = std::get_if<Postponed>(&decision)) return *postponed;
  ++dependencies_.stats
        .http_requests[{method_label(request.from.head.method), request.endpoint(), 101}];
  return std::move(std::get<UpgradeRequest>(decision));
}

SerializedResponse RequestRouter::refuse(const Fault& fault, const IpAddress& peer) {
  const RequestHead no_head;
  const Request request{{no_head, peer, port_}, {}, random_uuid(), {}, Attempt::kFirst};
  return refuse(request, fault);
}

SerializedResponse RequestRouter::refuse_head(HeadState state, const IpAddress& peer) {
  assert(state == HeadState::kMalformed || state == HeadState::kTooLarge);
  // The head is not logged, because it may contain a token.
  if (state == HeadState::kMalformed) {
    return refuse(make_fault(RefusalReason::kMalformedRequest), peer);
  }
  ++dependencies_.stats.limits_struck["head_bytes"];
  return refuse(make_fault(RefusalReason::kRequestHead, "more than 16384 bytes"), peer);
}

SerializedResponse RequestRouter::refuse(const Request& request, const Fault& fault) {
  report(request, fault);
  return finish(request, fault_response(request, fault));
}

void RequestRouter::report(const Request& request, const Fault& fault) {
  count_refusal(dependencies_.stats, fault.why);
  const std::string client = to_string(dependencies_.upgrade_policy.client_of(request.from));
  report_refusal(dependencies_.log, dependencies_.audit,
                 {.why = fault.why,
                  .value = fault.value,
                  .client = client,
                  .origin = request.from.head.origin.value,
                  .correlation_id = request.correlation_id,
                  .message = fault.message,
                  .code = static_cast<uint16_t>(fault.status)});
}

Response RequestRouter::fault_response(const Request& request, const Fault& fault) const {
  const std::string service = dependencies_.health.service();
  Response response =
      error_response(fault, {request.correlation_id, service, dependencies_.clock.wall_ms()});
  if (fault.status == 405) {
    response.headers.emplace_back(
        "Allow", request.match.route != nullptr ? request.match.route->methods : kReadMethods);
  } else if (fault.status == 401) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
  } else if (fault.status == 426) {
    response.headers.emplace_back("Upgrade", "websocket");
    response.headers.emplace_back("Sec-WebSocket-Version", "13");
  }
  return response;
}

SerializedResponse RequestRouter::finish(const Request& request, const Response& response) {
  ++dependencies_.stats.http_requests[{method_label(request.from.head.method), request.endpoint(),
                                       response.status}];
  // An unread body would be parsed as the next request.
  const bool keeps = request.from.head.keep_alive == RequestHead::KeepAlive::kYes &&
                     request.from.head.body_read() && !draining_;
  ResponseOptions options;
  if (request.from.head.method == "HEAD") options.body = ResponseOptions::Body::kOmitted;
  if (!keeps) options.connection = ResponseOptions::Connection::kClosed;
  options.correlation_id = request.correlation_id;
  options.allowed_origin = request.allowed_origin;
  options.now_wall_ms = dependencies_.clock.wall_ms();
  return {serialize(response, options), options.connection};
}

}  // namespace hermod
