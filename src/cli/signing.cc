#include "cli/signing.h"

#include "auth/claims.h"
#include "base/clock.h"
#include "cli/dev_state.h"
#include "server/component_options.h"
#include "settings/option_rules.h"

namespace hermod::cli {
namespace {

// Uses the generated key of a running service if no key is configured.
Result<void> complete_key(Options& options, const Terminal& terminal) {
  if (has_key(options)) return {};
  const auto state = read_dev_state(options, terminal.environment);
  if (!state) return state.error();
  if (!state.value() || state.value()->key.empty()) {
    return Error{
        ErrorCode::kConfiguration,
        "JWT_SECRET_KEY or JWT_SECRET_KEY_FILE is needed to mint a token, because no hermod serve "
        "with a generated key runs on this machine"};
  }
  options.jwt_secret_key = state.value()->key;
  return {};
}

}  // namespace

Result<std::string> sign_token(const Options& options, const Terminal& terminal,
                               const TokenRequest& request) {
  if (request.user.empty() || request.user.size() > kSubjectBytesMax) {
    return Error{ErrorCode::kValidation, "USER must have 1 to 256 bytes"};
  }
  Options complete = options;
  if (const auto completed = complete_key(complete, terminal); !completed) return completed.error();
  const Result<TokenMinter> minter = TokenMinter::create(minter_options(complete));
  if (!minter) return minter.error();
  return minter.value().mint(
      {request.user, request.lifetime_s, SystemClock().wall_ms(), request.claims});
}

}  // namespace hermod::cli
