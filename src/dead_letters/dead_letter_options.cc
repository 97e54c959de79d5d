#include "dead_letters/dead_letter_options.h"

namespace hermod {

// One request at a time keeps the order over retries. A batch is at most as large as a truncated
// dead letter, so a rejected size nearly always concerns a single dead letter.
kafka::ProducerOptions dead_letter_producer_options(const DeadLetterOptions& options) {
  kafka::ProducerOptions made;
  made.brokers = options.brokers;
  made.client_id = options.client_id;
  made.properties = options.properties;
  made.acknowledge_timeout_ms = options.acknowledge_timeout_ms;
  made.suggested = {{"topic.metadata.refresh.interval.ms", "3000"}};
  made.owned = {{"max.in.flight", "1"},
                {"batch.size", std::to_string(options.truncated_bytes)},
                {"topic.metadata.propagation.max.ms", "1000"}};
  return made;
}

}  // namespace hermod
