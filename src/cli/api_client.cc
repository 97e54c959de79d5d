#include "cli/api_client.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/escape.h"
#include "base/text.h"
#include "base/url_host.h"
#include "cli/terminal_log.h"
#include "http_client/http_client.h"
#include "server/component_options.h"
#include "settings/option_rules.h"
#include "uv/loop.h"

namespace hermod::cli {
namespace {

using nlohmann::json;

constexpr size_t kUserBytesMax = 256;
constexpr uint64_t kTimeLimitMs = 15'000;  // the processes have 10 s to answer

Error usage(std::string message) {
  return {ErrorCode::kConfiguration, std::move(message)};
}

Result<std::string> api_url(const Options& options) {
  const bool own_port = has_admin_port(options);
  const uint32_t port = own_port ? options.admin_port : options.websocket_port;
  if (port == 0) {
    return usage(std::string(own_port ? "ADMIN_PORT" : "WEBSOCKET_PORT") +
                 " is 0, so the port of the running hermod is unknown: set the port that it "
                 "listens on");
  }
  const std::string& host = own_port ? options.admin_host : options.websocket_host;
  return "http://" + url_host(dialled_host(host)) + ':' + std::to_string(port);
}

Result<HttpResponse> send(const OutgoingRequest& request) {
  uv::OwnLoop loop;
  auto made = HttpClient::create(loop.get(), {});
  if (!made) return made.error();
  std::unique_ptr<HttpClient> client = made.take();
  std::optional<Result<HttpResponse>> got;
  client->send(request, [&got](Result<HttpResponse> result) { got = std::move(result); });
  while (!got) loop.run_once();
  client->close([] {});
  loop.run();
  client.reset();
  loop.run();  // until its handles are closed
  return *std::move(got);
}

// The sentence of the error body, and the processes that did not answer.
std::string named_by(const HttpResponse& response) {
  const json body = json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  const json error = body.is_object() ? body.value("error", json()) : json();
  if (!error.is_object()) return "the answer is not one of hermod";
  const json message = error.value("message", json());
  std::string text = message.is_string() ? message.get<std::string>() : "no message";
  const json details = error.value("details", json::object());
  if (!details.contains("silent")) return escaped(text);
  std::string silent;
  for (const json& process : details["silent"]) {
    if (!silent.empty()) silent += ", ";
    silent += process.is_string() ? process.get<std::string>() : process.dump();
  }
  text += "; without an answer: " + silent;
  if (details.contains("connections")) {
    text += "; connections ended by the others: " + details["connections"].dump();
  }
  return escaped(text, 4 * kOutsideTextBytesMax);
}

Error refused(const std::string& url, const HttpResponse& response) {
  const std::string status = url + " answered with status " + std::to_string(response.status);
  switch (response.status) {
    case 400:
      return {ErrorCode::kValidation, named_by(response)};
    case 401:
      return {ErrorCode::kAuthentication,
              url + " refused the token: ADMIN_TOKEN must be that of the running hermod"};
    case 404:
      return {ErrorCode::kNotFound,
              url +
                  " has no API: the running hermod needs ADMIN_TOKEN, and if it has ADMIN_PORT, "
                  "this command needs the same ADMIN_PORT"};
    case 429:
      return {ErrorCode::kRateLimit, status + ": " + named_by(response) + "; try again in " +
                                         std::to_string(response.retry_after_s) + " s"};
    default:
      return {ErrorCode::kServiceUnavailable, status + ": " + named_by(response)};
  }
}

}  // namespace

Result<std::string> user_path(std::string_view user) {
  if (user.empty() || user.size() > kUserBytesMax || !is_utf8(user)) {
    return Error{ErrorCode::kValidation, "ID must have 1 to 256 bytes of UTF-8"};
  }
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string path = "/api/users/";
  for (const char c : user) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '_';
    if (plain) {
      path += c;
    } else {
      path += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return path;
}

Result<std::string> call_api(const Options& options, Terminal& terminal, const ApiCall& call) {
  TerminalLog log(terminal);
  const Result<std::string> token = admin_token(options, log);
  if (!token) return token.error();
  if (token.value().empty()) {
    return usage("ADMIN_TOKEN or ADMIN_TOKEN_FILE is needed: the token of the running hermod");
  }
  const Result<std::string> url = api_url(options);
  if (!url) return url.error();
  OutgoingRequest request;
  request.method = call.method;
  request.url = url.value() + call.path;
  request.fields = {{"Authorization", "Bearer " + token.value()},
                    {"Content-Type", "application/json"}};
  request.body = call.body;
  request.time_limit_ms = kTimeLimitMs;
  request.response_bytes_max = size_t{16} * 1024 * 1024;
  request.proxy = OutgoingRequest::Proxy::kNone;
  const Result<HttpResponse> response = send(request);
  if (!response) {
    return Error{response.error().code, response.error().message +
                                            "; ADMIN_HOST and ADMIN_PORT, or WEBSOCKET_HOST and "
                                            "WEBSOCKET_PORT, must be those of a running hermod"};
  }
  if (response.value().status / 100 == 2) return response.value().body;
  return refused(url.value(), response.value());
}

}  // namespace hermod::cli
