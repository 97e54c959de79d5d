#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/signing.h"
#include "cli/verb.h"

namespace hermod::cli {
namespace {

constexpr std::string_view kTokenHelp =
    R"(hermod token USER [--expires-in SECONDS] [--claim NAME=VALUE]...

Prints a token for USER, signed with the configured key (JWT_SECRET_KEY or
JWT_SECRET_KEY_FILE), or with the generated key of a hermod serve that runs on
this machine. Nothing else is printed.

  --expires-in SECONDS   the lifetime of the token, by default 3600
  --claim NAME=VALUE     an additional claim; VALUE is JSON, otherwise a string;
                         replaces a default claim (aud, iss, exp) of this name
  --config FILE          reads settings from a TOML file
  --help-settings        lists every setting

Example:
  hermod token ann --expires-in 60 --claim 'roles=["teacher"]'
)";

struct TokenArguments {
  std::string user;
  uint32_t expires_in_s = 3600;
  std::vector<std::string> claims;
};

Result<std::string> claims_object(const std::vector<std::string>& claims) {
  nlohmann::json object = nlohmann::json::object();
  for (const std::string& claim : claims) {
    const size_t equals = claim.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return Error{ErrorCode::kValidation, "--claim must be NAME=VALUE"};
    }
    const std::string text = claim.substr(equals + 1);
    nlohmann::json value = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    object[claim.substr(0, equals)] =
        value.is_discarded() ? nlohmann::json(text) : std::move(value);
  }
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

int run(const TokenArguments& arguments, const Options& options, Terminal& terminal) {
  Result<std::string> claims = claims_object(arguments.claims);
  if (!claims) return fail(terminal, claims.error());
  const Result<std::string> token =
      sign_token(options, terminal, {arguments.user, arguments.expires_in_s, claims.take()});
  if (!token) return fail(terminal, token.error());
  terminal.out << token.value() << '\n';
  return kOk;
}

}  // namespace

Verb add_token(CLI::App& app) {
  auto arguments = std::make_shared<TokenArguments>();
  CLI::App* command = app.add_subcommand("token");
  command->add_option("USER", arguments->user)->required();
  command->add_option("--expires-in", arguments->expires_in_s)->check(CLI::Range(1U, 315'360'000U));
  command->add_option("--claim", arguments->claims)->expected(1)->take_all();
  return {command, kTokenHelp,
          [arguments](const Options& options, Terminal& terminal, const Reload&) {
            return run(*arguments, options, terminal);
          }};
}

}  // namespace hermod::cli
