#include "console/console.h"

#include <algorithm>
#include <cassert>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/parse.h"
#include "base/text.h"
#include "console/console_state.h"
#include "http/header_text.h"
#include "http/request_head.h"

namespace hermod {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kTextBytesMax = 256;

// The headers forbid that other sites embed the page, that browsers guess another content type, and
// that links send the page's URL as a referrer.
Response response_of(std::string_view content_type, std::string body) {
  Response response;
  response.content_type = content_type;
  response.body = std::move(body);
  response.headers = {{"X-Content-Type-Options", "nosniff"},
                      {"Cross-Origin-Resource-Policy", "same-origin"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Referrer-Policy", "no-referrer"},
                      {"X-Frame-Options", "DENY"}};
  return response;
}

Response json_response(int status, const Json& body) {
  Response response =
      response_of(kJsonType, body.dump(-1, ' ', false, Json::error_handler_t::replace));
  response.status = status;
  return response;
}

Fault invalid(std::string_view message) {
  return {400, ErrorCode::kValidation, std::string(message)};
}

// The string field `name`; nullopt if it is missing, empty or too long.
std::optional<std::string> text_of(const Json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end() || !found->is_string()) return std::nullopt;
  auto text = found->get<std::string>();
  if (text.empty() || text.size() > kTextBytesMax) return std::nullopt;
  return text;
}

// Removes all user data. The remaining figures are mostly in /metrics too.
void remove_user_data(ConsoleState& state) {
  state.listed.clear();
  state.matching = 0;
  state.slow.clear();
  state.dead_letters.clear();
  state.sent.clear();
}

Json parsed(const RequestHead& head) {
  return Json::parse(head.content, nullptr, /*allow_exceptions=*/false);
}

}  // namespace

// CORS_ORIGINS does not apply to the console: other origins must never read it.
constinit const std::array<Console::Page, 6> Console::kPages = {{
    {operators_page("/console"), &Console::page},
    {operators_page("/console/"), &Console::to_page},
    {operators_page("/console/state"), &Console::state},
    {operators_page("/console/feed"), &Console::feed},
    {operators_action("/console/notifications"), &Console::send},
    {operators_action("/console/tokens"), &Console::mint},
}};

const Route* Console::find_route(std::string_view path) const {
  const auto* const found = std::ranges::find(kPages, path, &Page::path);
  return found != kPages.end() ? found : nullptr;
}

PageOutcome Console::answer(const Route& route, const HttpRequest& request) {
  assert(find_route(route.path) == &route);
  return (this->*static_cast<const Page&>(route).answer)(request);
}

PageOutcome Console::page(const HttpRequest&) {
  if (const auto fault = guard_.fault_of_page()) return *fault;
  Response response = response_of("text/html; charset=utf-8", std::string(kConsolePage));
  response.headers.emplace_back("Content-Security-Policy", kConsolePolicy);
  return response;
}

PageOutcome Console::to_page(const HttpRequest&) {
  if (const auto fault = guard_.fault_of_page()) return *fault;
  Response response = response_of("text/plain; charset=utf-8", "");
  response.status = 308;
  response.headers.emplace_back("Location", "../console");
  return response;
}

PageOutcome Console::state(const HttpRequest& request) {
  const auto decision = guard_.validate(request);
  if (const auto* fault = std::get_if<Fault>(&decision)) return *fault;
  const bool figures_only = std::get<ConsoleDetail>(decision) == ConsoleDetail::kFigures;
  const auto wanted = query_value(request.head.query, "user");
  const auto part = percent_decode(wanted.value_or(std::string_view()));
  if (!part) return invalid("the query parameter user has malformed percent-encoding");
  Json body = {{"service", dependencies_.health.service()},
               {"environment", dependencies_.health.environment()},
               {"read_only", guard_.rights() == ConsoleOptions::Rights::kReadOnly},
               {"locked", figures_only},
               {"api", dependencies_.access.has_token()},
               {"time", iso8601(dependencies_.clock.wall_ms())},
               {"uptime_ms", dependencies_.health.uptime_ms()},
               {"ready", dependencies_.health.ready()},
               {"reasons", dependencies_.health.reasons()}};
  ConsoleState shown = dependencies_.view.state(*part);
  if (figures_only) remove_user_data(shown);
  body.update(to_json(shown));
  return json_response(200, body);
}

void Console::audit(std::string_view action, std::string_view user, const HttpRequest& request,
                    uint16_t status) const {
  record_admin_action(dependencies_.audit, {.action = action,
                                            .user = user,
                                            .address = to_string(request.peer),
                                            .origin = request.head.origin.value,
                                            .correlation_id = request.head.correlation_id.value,
                                            .code = status});
}

PageOutcome Console::feed(const HttpRequest& request) {
  const auto decision = guard_.validate(request);
  if (const auto* fault = std::get_if<Fault>(&decision)) return *fault;
  if (std::get<ConsoleDetail>(decision) == ConsoleDetail::kFigures) {
    return make_fault(RefusalReason::kConsoleSecret, "GET /console/feed");
  }
  const auto user = percent_decode(query_value(request.head.query, "user").value_or(""));
  if (!user || user->empty() || user->size() > kTextBytesMax || !is_utf8(*user)) {
    return invalid("the query parameter user must be 1 to 256 bytes of UTF-8, percent-encoded");
  }
  const ConsoleFeed shown = dependencies_.view.watch(*user);
  if (shown.begins) audit("watch", *user, request, 200);
  return json_response(200, to_json(shown));
}

PageOutcome Console::send(const HttpRequest& request) {
  const auto decision = guard_.validate(request);
  if (const auto* fault = std::get_if<Fault>(&decision)) return *fault;
  const Json body = parsed(request.head);
  if (!body.is_object()) return invalid("the body must be a JSON object");
  const auto user = text_of(body, "user");
  const auto type = text_of(body, "type");
  const auto category = text_of(body, "category");
  const auto priority = text_of(body, "priority");
  if (!user || !type || !category || !priority) {
    return invalid("user, type, category and priority must be strings of 1 to 256 bytes");
  }
  const auto payload = body.find("payload");
  if (payload == body.end() || !payload->is_object()) return invalid("payload must be an object");
  const auto sent = dependencies_.view.send({*user, *type, *category, *priority, payload->dump()});
  audit("send", *user, request, sent ? 202 : 503);
  if (!sent) return Fault{503, sent.error().code, "the notification could not be sent to Kafka"};
  return json_response(202, Json{{"correlation_id", sent.value()}});
}

PageOutcome Console::mint(const HttpRequest& request) {
  const auto decision = guard_.validate(request);
  if (const auto* fault = std::get_if<Fault>(&decision)) return *fault;
  const Json body = parsed(request.head);
  const auto user = body.is_object() ? text_of(body, "user") : std::nullopt;
  if (!user) return invalid("user must be a string of 1 to 256 bytes");
  const auto minted = dependencies_.view.mint(*user);
  audit("mint", *user, request, minted ? 200 : 503);
  if (!minted) {
    return Fault{503, minted.error().code,
                 "the configured key can verify tokens but not sign them"};
  }
  return json_response(200, Json{{"token", minted.value().token},
                                 {"expires_at", iso8601(minted.value().expires_at_wall_ms)}});
}

}  // namespace hermod
