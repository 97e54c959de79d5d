#pragma once
// Sends a request to the API of a running hermod (protocol section 8): to ADMIN_HOST and
// ADMIN_PORT, or without ADMIN_PORT to WEBSOCKET_HOST and WEBSOCKET_PORT, with ADMIN_TOKEN. Called
// by the commands for operators.

#include <string>
#include <string_view>

#include "cli/terminal.h"
#include "hermod/options.h"
#include "hermod/result.h"
#include "http_client/outgoing_request.h"

namespace hermod::cli {

struct ApiCall {
  HttpMethod method = HttpMethod::kGet;
  std::string path;  // percent-encoded
  std::string body = {};
};

// "/api/users/" and the percent-encoded id. Error: kValidation, an id that no user can have.
Result<std::string> user_path(std::string_view user);

// The body of a successful answer. Blocks for at most 15 s. An error says what to correct: the
// settings, the token, or the processes that did not answer.
Result<std::string> call_api(const Options& options, Terminal& terminal, const ApiCall& call);

}  // namespace hermod::cli
