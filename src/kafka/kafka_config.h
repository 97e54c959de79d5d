#pragma once
// The properties of a librdkafka client: those that hermod fixes, those that it suggests, and those
// that an operator adds with KAFKA_CONFIG and KAFKA_CONFIG_FILE (security, SASL, tuning).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hermod/result.h"
#include "kafka/kafka_fwd.h"

namespace hermod {

using KafkaProperties = std::vector<std::pair<std::string, std::string>>;

// The properties that hermod fixes, sorted. An operator must not set them, because hermod's
// guarantees depend on them.
std::span<const std::string_view> owned_kafka_properties();

// True for a fixed property and for one that no configuration may set, because it would run a
// command, load code, send a signal or set a pointer.
bool is_refused_kafka_property(std::string_view name);

// Error: kConfiguration, naming the property, if the property is refused as above, if the value
// would change a command line, or if librdkafka does not know the property or rejects the value.
Result<void> check_kafka_property(const std::string& name, const std::string& value);

namespace kafka {

// Builds a configuration: `suggested`, overridden by the operator's `extra`, overridden by `owned`.
// Error: kConfiguration with librdkafka's message, which never contains the value of a property
// that may hold a secret. The caller owns the result (pass it to rd_kafka_new or
// rd_kafka_conf_destroy).
Result<rd_kafka_conf_s*> make_conf(const KafkaProperties& suggested, const KafkaProperties& extra,
                                   const KafkaProperties& owned);

// Suggested for every client: no TCP delays, fast reconnects.
KafkaProperties common_properties();

// Suggested for every consumer: the common ones, and records are fetched without delay.
KafkaProperties consumer_properties(uint32_t fetch_wait_max_ms = 100);

// Silences a client that has no log; librdkafka would write to stderr. Errors are still reported.
void silence(rd_kafka_conf_s* conf);

}  // namespace kafka
}  // namespace hermod
