// publish_load: numbered notifications to Kafka or Redis. `publish_load --help` says how.

#include <cstdio>

#include "kit/flags.h"
#include "kit/json_line.h"
#include "publish_load/load.h"

namespace {

using namespace hermod::bench;

constexpr const char* kUsage =
    R"(publish_load: numbered notifications, for the flood to check and time
  --kafka HOST:PORT  envelopes to a topic, the user as key
  --redis HOST:PORT  texts to the users' channels, or
  --topic TEXT       (huleedu.teacher.notification.requested.v1)
  --channel TEXT     (teacher:{user}:notifications)
  --users N          each in turn (1000)
  --prefix TEXT      users are TEXT0, TEXT1 ... (u)
  --first-user N     (0)
  --burst N          so many to one user before it is the next one's turn (1)
  --count N          in all (10000)
  --rate N           a second, 0: as fast as it goes (0)
  --bytes N          of a record (600) or a text (300)
  --window N         Redis: sent and not answered (1000)
  --linger-ms N      Kafka: how long the producer collects (0)
)";

LoadOptions load_options(const Flags& flags) {
  LoadOptions options;
  options.server = flags.text("kafka", flags.text("redis", ""));
  options.topic = flags.text("topic", options.topic);
  options.channel = flags.text("channel", options.channel);
  options.prefix = flags.text("prefix", options.prefix);
  options.first_user = flags.count("first-user", options.first_user);
  options.users = flags.count("users", options.users);
  options.burst = flags.count("burst", options.burst);
  options.count = flags.count("count", options.count);
  options.window = flags.count("window", options.window);
  options.linger_ms = flags.count("linger-ms", options.linger_ms);
  options.rate = flags.number("rate", options.rate);
  options.bytes = flags.count("bytes", options.bytes);
  return options;
}

JsonLine line_of(const LoadResult& result) {
  const double seconds = static_cast<double>(result.took_ns) / 1e9;
  JsonLine line;
  line.add("acknowledged", result.acknowledged)
      .add("failed", result.failed)
      .add("receivers", result.receivers)
      .add("seconds", seconds)
      .add("per_second", static_cast<double>(result.acknowledged) / seconds);
  return line;
}

}  // namespace

int main(int argc, char** argv) {
  const Flags flags(argc, argv, kUsage);
  if (flags.has("kafka") == flags.has("redis")) {
    std::fprintf(stderr, "either --kafka or --redis\n%s", kUsage);
    return 2;
  }
  const LoadOptions options = load_options(flags);
  const LoadResult result = flags.has("kafka") ? load_kafka(options) : load_redis(options);
  std::puts(line_of(result).text().c_str());
  return result.failed == 0 ? 0 : 1;
}
