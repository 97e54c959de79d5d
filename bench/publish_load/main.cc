// publish_load: sends numbered notifications to Kafka or Redis. See `publish_load --help`.

#include <cstdio>

#include "kit/flags.h"
#include "kit/json_line.h"
#include "publish_load/load.h"

namespace {

using namespace hermod::bench;

constexpr const char* kUsage =
    R"(publish_load: sends numbered notifications, which flood checks and times
Prints the result to stdout as one JSON object.
  --kafka HOST:PORT  produces envelopes to a topic, with the user as the key
  --redis HOST:PORT  publishes messages to the users' channels
  --topic TEXT       Kafka topic (huleedu.teacher.notification.requested.v1)
  --channel TEXT     Redis channel (teacher:{user}:notifications)
  --users N          number of users, served one after the other (1000)
  --prefix TEXT      users are named TEXT0, TEXT1 ... (u)
  --first-user N     number of the first user (0)
  --burst N          consecutive notifications to one user (1)
  --count N          number of notifications in total (10000)
  --rate N           notifications per second, 0: as fast as possible (0)
  --bytes N          size of a record (600) or a message (300)
  --window N         Redis: maximum number of commands without a reply (1000)
  --linger-ms N      Kafka: how long the producer collects records, in milliseconds (0)
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
    std::fprintf(stderr, "set either --kafka or --redis\n%s", kUsage);
    return 2;
  }
  const LoadOptions options = load_options(flags);
  const LoadResult result = flags.has("kafka") ? load_kafka(options) : load_redis(options);
  std::puts(line_of(result).text().c_str());
  return result.failed == 0 ? 0 : 1;
}
