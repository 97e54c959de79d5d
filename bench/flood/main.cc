// flood: a crowd of WebSocket clients in one process. `flood --help` says how.

#include <sys/resource.h>

#include "flood/crowd.h"
#include "flood/run.h"
#include "flood/tally.h"
#include "flood/target.h"
#include "kit/flags.h"

namespace {

using namespace hermod::bench;

constexpr const char* kUsage =
    R"(flood: opens WebSocket connections, holds them, checks and times what comes
Counts go to stdout as one JSON object, progress to stderr.
  --url URL           {user} and {token} are filled in
                      (ws://127.0.0.1:8080/ws/v1/notifications?token={token})
  --key-file FILE     the HS256 key that tokens are signed with; none: no tokens
  --issuer TEXT       claim iss (huleedu-identity-service)
  --audience TEXT     claim aud (huleedu-platform)
  --lifetime SECONDS  of the tokens (3600)
  --hello TEXT        first text to the server, {user} and {token} filled in
  --users N           (1000)
  --per-user N        connections of each (1)
  --prefix TEXT       users are TEXT0, TEXT1 ... (u)
  --first-user N      (0)
  --rate N            connections begun in a second, 0: no bound (2000)
  --opening-max N     begun and not answered yet (256)
  --retry-ms N        a refused or lost connection is opened again after this; none: not at all
  --sources N         loopback addresses to connect from (4)
  --no-pongs          pings are not answered
  --slow-share X      of the connections stop reading once open, 0 to 1 (0)
  --seconds X         the end, so long after all are open
  --frames N          the end, when so many texts came
  --storm             after --seconds all close and open again, then the end
  --storm-opening-max N  as --opening-max, in a storm, 0: no bound (0)
  --control           obeys commands on stdin: reset, report, expect N, storm, read, stop
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

CrowdOptions crowd_options(const Flags& flags) {
  CrowdOptions options;
  options.users = flags.count("users", options.users);
  options.per_user = flags.count("per-user", options.per_user);
  options.prefix = flags.text("prefix", options.prefix);
  options.first_user = flags.count("first-user", options.first_user);
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
