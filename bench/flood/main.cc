// flood: many WebSocket clients in one process. See `flood --help`.

#include <sys/resource.h>

#include <fstream>
#include <string>
#include <vector>

#include "flood/crowd.h"
#include "flood/run.h"
#include "flood/tally.h"
#include "flood/target.h"
#include "kit/epoll.h"
#include "kit/flags.h"

namespace {

using namespace hermod::bench;

constexpr const char* kUsage =
    R"(flood: opens WebSocket connections, keeps them, checks and times the received messages
Prints the counters to stdout as JSON objects, one per line, and progress to stderr.
  --url URL           with {user} and {token} as placeholders
                      (ws://127.0.0.1:8080/ws/v1/notifications?token={token})
  --key-file FILE     the HS256 key to sign tokens with; unset: no tokens
  --issuer TEXT       claim iss (huleedu-identity-service)
  --audience TEXT     claim aud (huleedu-platform)
  --lifetime SECONDS  lifetime of the tokens (3600)
  --hello TEXT        first message to the server, with {user} and {token} as placeholders
  --per-user N        connections per user (1)
  --users N           number of users (1000)
  --prefix TEXT       users are named TEXT0, TEXT1 ... (u)
  --first-user N      number of the first user (0)
  --users-file FILE   names of the users, one per line, instead of the previous three
  --rate N            connections started per second, 0: unlimited (2000)
  --opening-max N     connections that wait for their response (256)
  --retry-ms N        reopens a refused or lost connection after this time; unset: never
  --sources N         loopback addresses to connect from (4)
  --no-pongs          does not answer pings
  --slow-share X      share of the connections that stop reading when open, 0 to 1 (0)
  --seconds X         ends this time after all connections are open
  --frames N          ends after this number of messages
  --storm             after --seconds, closes and reopens all connections, then ends
  --storm-opening-max N  --opening-max during a storm, 0: unlimited (0)
  --control           executes commands from stdin: reset, report, expect N, storm, read, stop
)";

TargetOptions target_options(const Flags& flags) {
  TargetOptions options;
  options.url = flags.text("url", "ws://127.0.0.1:8080/ws/v1/notifications?token={token}");
  options.key_file = flags.text("key-file", "");
  options.claims.issuer = flags.text("issuer", options.claims.issuer);
  options.claims.audience = flags.text("audience", options.claims.audience);
  options.claims.lifetime_s = static_cast<int64_t>(flags.count("lifetime", 3600));
  options.hello = flags.text("hello", "");
  options.sources = static_cast<unsigned>(flags.count("sources", options.sources));
  return options;
}

std::vector<std::string> users(const Flags& flags) {
  std::vector<std::string> names;
  if (flags.has("users-file")) {
    const std::string path = flags.text("users-file", "");
    std::ifstream file(path);
    if (!file) die(path.c_str());
    for (std::string name; std::getline(file, name);) names.push_back(name);
    return names;
  }
  const std::string prefix = flags.text("prefix", "u");
  const size_t first = flags.count("first-user", 0), count = flags.count("users", 1000);
  for (size_t i = 0; i < count; ++i) names.push_back(prefix + std::to_string(first + i));
  return names;
}

CrowdOptions crowd_options(const Flags& flags) {
  CrowdOptions options;
  options.users = users(flags);
  options.per_user = flags.count("per-user", options.per_user);
  options.rate = flags.number("rate", options.rate);
  options.opening_max = flags.count("opening-max", options.opening_max);
  options.storm_opening_max = flags.count("storm-opening-max", options.storm_opening_max);
  options.slow_share = flags.number("slow-share", options.slow_share);
  if (flags.has("retry-ms")) options.retry_ms = static_cast<int64_t>(flags.count("retry-ms", 100));
  options.pongs = !flags.has("no-pongs");
  return options;
}

RunOptions run_options(const Flags& flags) {
  RunOptions options;
  options.control = flags.has("control");
  options.storm = flags.has("storm");
  options.seconds = flags.number("seconds", options.storm ? 1 : 0);
  options.frames = flags.count("frames", 0);
  return options;
}

void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  const Flags flags(argc, argv, kUsage);
  raise_descriptor_limit();
  const Target target(target_options(flags));
  Tally tally;
  Crowd crowd(crowd_options(flags), target, tally);
  Run run(run_options(flags), crowd, tally);
  run.to_the_end();
}
