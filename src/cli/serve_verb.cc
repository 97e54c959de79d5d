#include <CLI/CLI.hpp>

#include "cli/serve.h"
#include "cli/verb.h"

namespace hermod::cli {
namespace {

constexpr std::string_view kHelp = R"(hermod serve [--config FILE] [--SETTING VALUE]...

Runs the service: consumes notifications from Kafka, publishes them through
Redis and sends them to the users' WebSockets. What is not configured is inside
this process: a broker, a bus and a generated key. Prints where it listens;
logs go to standard error. SIGTERM and SIGINT end it in good order.

  --config FILE          settings from a TOML file, keys in snake case
  --websocket-port PORT  where it listens, by default 8080; 0 means any port
  --kafka-bootstrap-servers HOST:PORT,...
  --redis-url URL        redis://host:port; with a password by REDIS_URL only
  --log-level LEVEL      DEBUG, INFO, WARNING, ERROR or CRITICAL
  --help-settings        every setting; each is also an environment variable

Example:
  hermod serve --websocket-port 8080
)";

}  // namespace

Verb add_serve(CLI::App& app) {
  return {app.add_subcommand("serve"), kHelp, run_serve, Output::kMayBeLost};
}

}  // namespace hermod::cli
