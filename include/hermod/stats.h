#pragma once
// The counters of a server, as plain numbers that its single thread modifies. An embedder may read
// them at any time on the loop's thread. The service renders them in the Prometheus text format
// (src/observe; names in protocol section 5).

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace hermod {

// A histogram with fixed upper bounds. counts()[i] counts the values that are at most bounds()[i]
// and above the previous bound; the last element counts the values above all bounds.
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

// Upper bounds in seconds; those of kSizeBounds in bytes.
inline constexpr std::array<double, 9> kConnectionBounds{1, 5, 10, 30, 60, 300, 600, 1800, 3600};
inline constexpr std::array<double, 11> kLatencyBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                       0.1,   0.25,   0.5,   1,    5};
inline constexpr std::array<double, 8> kSizeBounds{128,  256,   512,   1024,
                                                   4096, 16384, 65536, 1048576};
inline constexpr std::array<double, 10> kAgeBounds{0.001, 0.005, 0.01, 0.05, 0.1,
                                                   0.5,   1,     5,    60,   3600};

// The priorities of notifications, as label and as index, lowest first. A message without a
// priority, or with an unknown one, counts as standard.
inline constexpr std::array<std::string_view, 5> kPriorityLabels{"low", "standard", "high",
                                                                 "immediate", "critical"};

// The messages that wait in all outboxes together.
struct OutboxLoad {
  uint64_t messages = 0;
  uint64_t bytes = 0;         // of frames
  uint64_t unsent_bytes = 0;  // of frames that left an outbox and wait for the kernel

  // The memory of all these messages. 128 bytes per message cover list node and headers.
  uint64_t held_bytes() const { return bytes + unsent_bytes + messages * 128; }
};

struct Stats {
  // Label values are static strings from fixed sets; data from a client never becomes a label.
  using Counts = std::map<std::string_view, uint64_t>;

  // --- connections
  uint64_t connections_accepted = 0;
  // Every WebSocket request that did not get a session, whether it was upgraded or not.
  uint64_t connections_rejected = 0;
  uint64_t connections_closed = 0;
  uint64_t connections_active = 0;
  uint64_t leases = 0;  // users with connections that the limit over all processes permits
  Histogram<9> connection_seconds{kConnectionBounds};
  Counts jwt_validations;    // by result
  Counts close_codes;        // by close code sent or received, "1001"
  uint64_t revocations = 0;  // that operators stored through this process
  // connections_rejected by reason, which is the name of an error code; and wrong admin tokens,
  // which connections_rejected does not include.
  Counts refusals;
  Counts limits_struck;  // by limit

  void count_refusal(std::string_view reason) {
    ++connections_rejected;
    ++refusals[reason];
  }

  // --- messages to clients
  uint64_t messages_sent = 0;  // counted once per connection
  Counts messages_failed;      // by error_type
  Histogram<8> message_bytes{kSizeBounds};
  // Age of a message when it is written to the socket, counted from routing, by priority.
  std::array<Histogram<10>, kPriorityLabels.size()> event_age_seconds{
      Histogram(kAgeBounds), Histogram(kAgeBounds), Histogram(kAgeBounds), Histogram(kAgeBounds),
      Histogram(kAgeBounds)};
  OutboxLoad outboxes;
  uint64_t messages_replayed = 0;
  uint64_t messages_dropped = 0;      // dropped because a client was too slow
  uint64_t messages_cut = 0;          // beyond the limits of the history; the user gets a notice
  uint64_t deliveries_confirmed = 0;  // pongs that acknowledged messages
  // The messages_failed that were not kept, by the number of the shard of the bus.
  std::map<uint32_t, uint64_t> not_kept;

  // --- records
  uint64_t records_received = 0;
  uint64_t records_routed = 0;
  uint64_t records_repeated = 0;     // duplicates
  uint64_t records_not_ours = 0;     // envelopes of an event type that is not configured
  uint64_t records_too_old = 0;      // older than RECORD_MAX_AGE_SECONDS, skipped
  uint64_t records_deferred = 0;     // to be read again, because their shard was unavailable
  uint64_t records_unpublished = 0;  // stored, but Redis refused to publish them
  uint64_t records_in_flight = 0;
  Counts dead_letters;  // by reason
  Counts anomalies;     // anomalies in routed records: unknown category, wrong optional type …
  Histogram<11> route_seconds{kLatencyBounds};  // from receipt of a record to the reply of the bus

  // --- bus
  Histogram<11> subscription_seconds{kLatencyBounds};  // from the request to the confirmation

  // --- presence events
  Counts presence_events;                // written to their topic, by state
  uint64_t presence_events_dropped = 0;  // too many waited for Kafka

  // --- HTTP; the key is (method, endpoint, status), each from a fixed set
  std::map<std::tuple<std::string_view, std::string_view, int>, uint64_t> http_requests;
  Histogram<11> http_seconds{kLatencyBounds};
  uint64_t http_in_progress = 0;

  // --- the loop
  Histogram<11> iteration_seconds{kLatencyBounds};  // busy time of a loop iteration
};

}  // namespace hermod
