#include <CLI/CLI.hpp>

#include "cli/serve.h"
#include "cli/verb.h"

namespace hermod::cli {
namespace {

constexpr std::string_view kServeHelp = R"(hermod serve [--config FILE] [--SETTING VALUE]...

Runs the service: consumes notifications from Kafka, publishes them through
Redis and sends them to the users' WebSockets. Components that are not
configured are embedded: a broker, a bus and a generated key. Prints the address
that it listens on; logs go to standard error. SIGTERM and SIGINT drain the
connections and shut down.

  --config FILE          reads settings from a TOML file, keys in snake case
  --websocket-port PORT  the port to listen on, by default 8080; 0 means any
  --kafka-bootstrap-servers HOST:PORT,...
  --redis-url URL        redis://host:port; with a password only as REDIS_URL
  --log-level LEVEL      DEBUG, INFO, WARNING, ERROR or CRITICAL
  --help-settings        lists every setting; each is also a variable

Example:
  hermod serve --websocket-port 8080
)";

}  // namespace

Verb add_serve(CLI::App& app) {
  return {app.add_subcommand("serve"), kServeHelp, run_serve, Output::kMayBeLost};
}

}  // namespace hermod::cli
