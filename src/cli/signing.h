#pragma once
// Mints a token that the service accepts: signed with the configured key, or with the generated key
// of a hermod serve on this machine.

#include <cstdint>
#include <string>

#include "cli/terminal.h"
#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod::cli {

struct TokenRequest {
  std::string user;
  uint32_t lifetime_s = 3600;
  std::string claims;  // a JSON object; empty: none
};

Result<std::string> sign_token(const Options& options, const Terminal& terminal,
                               const TokenRequest& request);

}  // namespace hermod::cli
