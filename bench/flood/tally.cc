#include "flood/tally.h"

namespace hermod::bench {
namespace {

double ms(uint64_t ns) {
  return static_cast<double>(ns) / 1e6;
}

JsonLine counts_line(const Tally::Counts& counts) {
  JsonLine line;
  for (const auto& [name, count] : counts) line.add(name, count);
  return line;
}

}  // namespace

JsonLine histogram_line(const Histogram& histogram) {
  JsonLine line;
  line.add("count", histogram.count())
      .add("mean", histogram.mean() / 1e6)
      .add("p50", ms(histogram.quantile(0.5)))
      .add("p90", ms(histogram.quantile(0.9)))
      .add("p99", ms(histogram.quantile(0.99)))
      .add("max", ms(histogram.max()));
  return line;
}

void Tally::count_arrival(Arrival arrival) {
  switch (arrival) {
    case Arrival::kInOrder:
      ++in_order;
      break;
    case Arrival::kAhead:
      ++ahead;
      break;
    case Arrival::kLate:
      ++late;
      break;
    case Arrival::kRepeat:
      ++repeats;
      break;
  }
}

JsonLine Tally::line() const {
  JsonLine line;
  line.add("opened", opened)
      .add("refused", counts_line(refused))
      .add("upgrade_ms", histogram_line(upgrade_ns))
      .add("texts", texts)
      .add("text_bytes", text_bytes)
      .add("other_frames", other_frames)
      .add("pings", pings)
      .add("pongs_dropped", pongs_dropped)
      .add("unstamped", unstamped)
      .add("in_order", in_order)
      .add("ahead", ahead)
      .add("late", late)
      .add("repeats", repeats)
      .add("latency_ms", histogram_line(latency_ns))
      .add("bad_frames", bad_frames)
      .add("lost", counts_line(lost));
  return line;
}

}  // namespace hermod::bench
