// floor: the epoll reference server. See `floor --help`.

#include <cstdio>

#include "floor/floor.h"
#include "kit/flags.h"
#include "kit/json_line.h"

namespace {

constexpr const char* kUsage =
    R"(floor: accepts all WebSocket connections, sends messages to them, reports the CPU time
Prints "listening on PORT" to stderr, and the results to stdout as one JSON object.
  --port N         0: any free port (0)
  --connections N  number of connections; sending starts when all are open (1000)
  --bytes N        size of a message (300)
  --burst N        messages per send (1)
  --messages N     number of messages in total (200000)
  --rate N         messages per second, 0: as fast as possible (0)
)";

void report(const hermod::bench::FloorOptions& options, const hermod::bench::FloorResult& result) {
  const auto each_us = [](int64_t ns, uint64_t count) {
    return static_cast<double>(ns) / 1e3 / static_cast<double>(count);
  };
  hermod::bench::JsonLine line;
  line.add("connections", options.connections)
      .add("bytes", options.text_bytes)
      .add("burst", options.burst)
      .add("messages", result.messages)
      .add("seconds", static_cast<double>(result.sending_ns) / 1e9)
      .add("cpu_us_per_message", each_us(result.sending.total_ns(), result.messages))
      .add("user_us_per_message", each_us(result.sending.user_ns, result.messages))
      .add("system_us_per_message", each_us(result.sending.system_ns, result.messages))
      .add("cpu_us_per_handshake", each_us(result.handshakes.total_ns(), options.connections));
  std::puts(line.text().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  using namespace hermod::bench;
  const Flags flags(argc, argv, kUsage);
  FloorOptions options;
  options.port = static_cast<uint16_t>(flags.count("port", options.port));
  options.connections = flags.count("connections", options.connections);
  options.text_bytes = flags.count("bytes", options.text_bytes);
  options.burst = flags.count("burst", options.burst);
  options.messages = flags.count("messages", options.messages);
  options.rate = flags.number("rate", options.rate);

  Floor floor(options);
  std::fprintf(stderr, "listening on %u\n", floor.port());
  report(options, floor.run());
  std::fflush(stdout);
  floor.wait_for_the_end();
}
