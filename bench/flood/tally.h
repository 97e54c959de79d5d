#pragma once
// The counters of a flood, summed over all connections.

#include <cstdint>
#include <map>
#include <string>

#include "kit/histogram.h"
#include "kit/json_line.h"
#include "kit/sequence_check.h"

namespace hermod::bench {

struct Tally {
  using Counts = std::map<std::string, uint64_t>;

  // --- opening
  uint64_t opened = 0;
  Counts refused;        // by HTTP status, or "eof" and "connect"
  Histogram upgrade_ns;  // from connect() to the response

  // --- receiving
  uint64_t texts = 0;
  uint64_t text_bytes = 0;
  uint64_t other_frames = 0;  // binary
  uint64_t pings = 0;
  uint64_t pongs_dropped = 0;  // not sent because the socket was full
  uint64_t unstamped = 0;      // messages without a sequence number
  uint64_t in_order = 0;
  uint64_t ahead = 0;
  uint64_t late = 0;
  uint64_t repeats = 0;
  Histogram latency_ns;  // from the time stamp in the message to its arrival

  // --- losing
  uint64_t bad_frames = 0;
  Counts lost;  // connections that the server ended, by close code

  void count_arrival(Arrival arrival);
  JsonLine line() const;
};

JsonLine histogram_line(const Histogram& histogram);  // in milliseconds

}  // namespace hermod::bench
