#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/escape.h"
#include "cli/api_client.h"
#include "cli/verb.h"

namespace hermod::cli {
namespace {

using nlohmann::json;

constexpr std::string_view kUsersHelp = R"(hermod users ID

Prints whether the user ID is online, and the user's connections to all
processes of the service: since when, the process, the device, the address.
Asks a running hermod over HTTP, at ADMIN_HOST and ADMIN_PORT, or without
ADMIN_PORT at WEBSOCKET_HOST and WEBSOCKET_PORT, with ADMIN_TOKEN.
Exit status: 0 with an answer, also if the user is offline; 1 if hermod does
not answer or refuses; 2 if a setting is missing or invalid.

  --admin-port PORT, --admin-host HOST
                         where the running hermod serves operators
  --config FILE, --help-settings

Example:
  ADMIN_TOKEN=... hermod users ann --admin-port 9090
)";

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return "-";
  const std::string text = found->is_string() ? found->get<std::string>() : found->dump();
  return text.empty() ? "-" : escaped(text);
}

void print(const json& user, std::ostream& out) {
  const json& connections = user["connections"];
  out << text_of(user, "user") << ": " << (connections.empty() ? "offline" : "online") << ", "
      << connections.size() << " of at most " << text_of(user, "limit") << " connections\n";
  for (const json& one : connections) {
    out << "  since " << text_of(one, "since") << "  process " << text_of(one, "process")
        << "  connection " << text_of(one, "id") << "  device " << text_of(one, "device")
        << "  address " << text_of(one, "address") << '\n';
  }
}

int run(const std::string& id, const Options& options, Terminal& terminal) {
  Result<std::string> path = user_path(id);
  if (!path) return fail(terminal, path.error());
  const Result<std::string> answer = call_api(options, terminal, {.path = path.take()});
  if (!answer) return fail(terminal, answer.error());
  const json user = json::parse(answer.value(), nullptr, /*allow_exceptions=*/false);
  if (!user.is_object() || !user.contains("connections") || !user["connections"].is_array()) {
    return fail(terminal, {ErrorCode::kExternalService, "the answer is not one of hermod"});
  }
  print(user, terminal.out);
  return kOk;
}

}  // namespace

Verb add_users(CLI::App& app) {
  auto id = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("users");
  command->add_option("ID", *id)->required();
  return {command, kUsersHelp, [id](const Options& options, Terminal& terminal, const Reload&) {
            return run(*id, options, terminal);
          }};
}

}  // namespace hermod::cli
