#pragma once
// What hermod counts, as plain numbers that its one thread adds to. An embedder reads them at any
// time on the loop's thread; the service renders them as Prometheus text (src/observe, names in
// protocol section 5).

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace hermod {

// A histogram with fixed upper bounds: counts[i] is what fell at or below bounds[i] and above the
// bound before it; the last one is what was above them all.
template <size_t N>
class Histogram {
 public:
  explicit constexpr Histogram(const std::array<double, N>& bounds) : bounds_(bounds) {}

  void add(double value) {
    size_t i = 0;
    while (i < N && value > bounds_[i]) ++i;
    ++counts_[i];
    sum_ += value;
  }

  const std::array<double, N>& bounds() const { return bounds_; }
  const std::array<uint64_t, N + 1>& counts() const { return counts_; }
  double sum() const { return sum_; }

 private:
  std::array<double, N> bounds_;
  std::array<uint64_t, N + 1> counts_{};
  double sum_ = 0;
};

// Upper bounds in seconds, or bytes where it says so.
inline constexpr std::array<double, 9> kConnectionBounds{1, 5, 10, 30, 60, 300, 600, 1800, 3600};
inline constexpr std::array<double, 11> kLatencyBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                       0.1,   0.25,   0.5,   1,    5};
inline constexpr std::array<double, 8> kSizeBounds{128,  256,   512,   1024,
                                                   4096, 16384, 65536, 1048576};
inline constexpr std::array<double, 10> kAgeBounds{0.001, 0.005, 0.01, 0.05, 0.1,
                                                   0.5,   1,     5,    60,   3600};

// A notification's priority as a label and an index, the least dear first. A text that names none,
// or another word, counts as standard.
inline constexpr std::array<std::string_view, 5> kPriorityLabels{"low", "standard", "high",
                                                                 "immediate", "critical"};

// What waits in the outboxes of all connections together.
struct OutboxLoad {
  uint64_t messages = 0;
  uint64_t bytes = 0;         // of frames
  uint64_t unsent_bytes = 0;  // that have left an outbox, and wait for the kernel

  // The memory of all that: a message costs its frame, its place in a list and two headers.
  uint64_t held_bytes() const { return bytes + unsent_bytes + messages * 128; }
};

struct Stats {
  // Labels are static strings of a fixed set each: nothing that a client sends becomes a label.
  using Counts = std::map<std::string_view, uint64_t>;

  // --- connections
  uint64_t connections_accepted = 0;
  uint64_t connections_rejected =
      0;  // every WebSocket request that got no session, upgraded or not
  uint64_t connections_closed = 0;
  uint64_t connections_active = 0;
  Histogram<9> connection_seconds{kConnectionBounds};
  Counts jwt_validations;  // by result
  Counts close_codes;      // by close code sent or received, "1001"
  // connections_rejected by reason, an error code's name; and, apart from it, wrong admin tokens.
  Counts refusals;
  Counts limits_struck;  // by limit

  void count_refusal(std::string_view reason) {
    ++connections_rejected;
    ++refusals[reason];
  }

  // --- messages to clients
  uint64_t messages_sent = 0;  // once per connection it was written to
  Counts messages_failed;      // by error_type
  Histogram<8> message_bytes{kSizeBounds};
  // From routing to the socket, by priority.
  std::array<Histogram<10>, kPriorityLabels.size()> event_age_seconds{
      Histogram(kAgeBounds), Histogram(kAgeBounds), Histogram(kAgeBounds), Histogram(kAgeBounds),
      Histogram(kAgeBounds)};
  OutboxLoad outboxes;
  uint64_t messages_replayed = 0;
  uint64_t messages_dropped = 0;      // given up under pressure
  uint64_t messages_cut = 0;          // beyond the bounds of history, announced to the user
  uint64_t deliveries_confirmed = 0;  // pongs that confirmed texts

  // --- records
  uint64_t records_received = 0;
  uint64_t records_routed = 0;
  uint64_t records_repeated = 0;
  uint64_t records_not_ours = 0;  // an envelope of an external event type
  uint64_t records_too_old = 0;   // older than RECORD_MAX_AGE_SECONDS, and so skipped
  uint64_t records_unpublished = 0;
  uint64_t records_in_flight = 0;
  Counts dead_letters;  // by reason
  Counts anomalies;     // routed all the same: unknown category, wrong optional type …
  Histogram<11> route_seconds{kLatencyBounds};  // record in hand to answered by the bus

  // --- bus
  Histogram<11> subscription_seconds{kLatencyBounds};  // asked for to confirmed

  // --- HTTP: (method, endpoint, status), all three from fixed sets
  std::map<std::tuple<std::string_view, std::string_view, int>, uint64_t> http_requests;
  Histogram<11> http_seconds{kLatencyBounds};
  uint64_t http_in_progress = 0;

  // --- the loop
  Histogram<11> turn_seconds{kLatencyBounds};  // how long a turn was at work
};

}  // namespace hermod
