// floor: the bare epoll server. `floor --help` says how.

#include <cstdio>

#include "floor/floor.h"
#include "kit/flags.h"
#include "kit/json_line.h"

namespace {

constexpr const char* kUsage =
    R"(floor: takes WebSocket connections from anybody, sends to them, says what it cost
  --port N         0 takes any; "listening on N" goes to stderr (0)
  --connections N  waited for before it sends (1000)
  --bytes N        of a text (300)
  --burst N        texts in one send (1)
  --messages N     texts in all (200000)
  --rate N         texts a second, 0: as fast as it goes (0)
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
