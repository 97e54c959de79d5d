// deliver: measures hermod's path from the hub to the socket. See `deliver --help`.

#include <cstdio>

#include "deliver/deliver.h"
#include "kit/flags.h"
#include "kit/json_line.h"

namespace {

using namespace hermod::bench;

constexpr const char* kUsage =
    R"(deliver: measures hermod's path from hub to socket, for comparison with floor
Prints "listening on PORT" to stderr, and the results to stdout as one JSON object.
  --connections N       number of connections; sending starts when all are open (1000)
  --bytes N             size of a message (300)
  --burst N             consecutive messages to one connection (1)
  --messages N          number of messages in total (200000)
  --turn-texts N        messages per loop iteration (200)
  --frames 1            the clients select hermod.v1 (0)
  --delivery-ping-ms N  minimum interval of delivery pings, 0: no pings (250)
)";

void report(const DeliverOptions& options, const DeliverResult& result) {
  const auto each_us = [&result](int64_t ns) {
    return static_cast<double>(ns) / 1e3 / static_cast<double>(result.messages);
  };
  JsonLine line;
  line.add("connections", options.connections)
      .add("bytes", options.text_bytes)
      .add("burst", options.burst)
      .add("messages", result.messages)
      .add("seconds", static_cast<double>(result.sending_ns) / 1e9)
      .add("cpu_us_per_message", each_us(result.sending.total_ns()))
      .add("user_us_per_message", each_us(result.sending.user_ns))
      .add("system_us_per_message", each_us(result.sending.system_ns));
  std::puts(line.text().c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const Flags flags(argc, argv, kUsage);
  DeliverOptions options;
  options.connections = flags.count("connections", options.connections);
  options.text_bytes = flags.count("bytes", options.text_bytes);
  options.burst = flags.count("burst", options.burst);
  options.messages = flags.count("messages", options.messages);
  options.turn_texts = flags.count("turn-texts", options.turn_texts);
  options.delivery_ping_ms = static_cast<int64_t>(flags.count("delivery-ping-ms", uint64_t{250}));
  options.frames = flags.count("frames", uint64_t{0}) != 0;

  Deliver deliver(options);
  std::fprintf(stderr, "listening on %u\n", deliver.port());
  report(options, deliver.run());
  deliver.end();
}
