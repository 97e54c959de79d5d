#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/escape.h"
#include "cli/api_client.h"
#include "cli/verb.h"
#include "fleet/fleet.h"

namespace hermod::cli {
namespace {

using nlohmann::json;

constexpr std::string_view kDisconnectHelp =
    R"(hermod disconnect ID [--code N] [--reason TEXT] [--revoke]

Ends the connections of the user ID to all processes of the service, and prints
their number. Asks a running hermod over HTTP, like hermod users.
Exit status: 0 if all processes have answered; 1 if hermod or a process does
not answer, or refuses; 2 if an argument or a setting is missing or invalid.

  --code N               the close code, by default 1008: 1000 to 1003, 1007 to
                         1014 or 3000 to 4999
  --reason TEXT          the text of the close frame, at most 123 bytes; without
                         it, the usual JSON
  --revoke               also refuses the user's tokens that were issued until
                         now
  --config FILE, --help-settings

Example:
  ADMIN_TOKEN=... hermod disconnect ann --revoke --admin-port 9090
)";

struct DisconnectArguments {
  std::string id;
  int64_t code = 0;  // 0: that of the service
  std::string reason;
  bool revoke = false;
};

Result<std::string> body_of(const DisconnectArguments& arguments) {
  json body = json::object();
  if (arguments.code != 0) {
    if (!is_sendable_close_code(arguments.code)) {
      return Error{ErrorCode::kValidation,
                   "--code must be 1000 to 1003, 1007 to 1014 or 3000 to 4999"};
    }
    body["code"] = arguments.code;
  }
  if (!arguments.reason.empty()) body["reason"] = arguments.reason;
  if (arguments.reason.size() > kCloseReasonBytesMax) {
    return Error{ErrorCode::kValidation, "--reason must have at most 123 bytes"};
  }
  if (arguments.revoke) body["revoke"] = true;
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

int run(const DisconnectArguments& arguments, const Options& options, Terminal& terminal) {
  Result<std::string> path = user_path(arguments.id);
  if (!path) return fail(terminal, path.error());
  Result<std::string> body = body_of(arguments);
  if (!body) return fail(terminal, body.error());
  const Result<std::string> answer =
      call_api(options, terminal, {HttpMethod::kPost, path.take() + "/disconnect", body.take()});
  if (!answer) return fail(terminal, answer.error());
  const json ended = json::parse(answer.value(), nullptr, /*allow_exceptions=*/false);
  if (!ended.is_object() || !ended.contains("connections")) {
    return fail(terminal, {ErrorCode::kExternalService, "the answer is not one of hermod"});
  }
  terminal.out << "ended " << ended["connections"].dump() << " connections of "
               << escaped(arguments.id) << '\n';
  if (arguments.revoke) terminal.out << "revoked the tokens that were issued until now\n";
  return kOk;
}

}  // namespace

Verb add_disconnect(CLI::App& app) {
  auto arguments = std::make_shared<DisconnectArguments>();
  CLI::App* command = app.add_subcommand("disconnect");
  command->add_option("ID", arguments->id)->required();
  command->add_option("--code", arguments->code);
  command->add_option("--reason", arguments->reason);
  command->add_flag("--revoke", arguments->revoke);
  return {command, kDisconnectHelp,
          [arguments](const Options& options, Terminal& terminal, const Reload&) {
            return run(*arguments, options, terminal);
          }};
}

}  // namespace hermod::cli
