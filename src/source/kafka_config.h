#pragma once
// The properties of a librdkafka client: what hermod sets for good, what it suggests, and what an
// operator adds by KAFKA_CONFIG and KAFKA_CONFIG_FILE (security, SASL, tuning).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hermod/result.h"
#include "source/kafka_fwd.h"

namespace hermod {

using KafkaProperties = std::vector<std::pair<std::string, std::string>>;

// The properties that hermod owns, sorted: setting one from outside would break a promise of its
// own.
std::span<const std::string_view> owned_kafka_properties();

// One of the above, or one that no configuration may set: it would run a command, load code, send
// a signal or set a pointer.
bool is_refused_kafka_property(std::string_view name);

// Error (kConfiguration, naming the property) for such a one, for a value that would change a
// command line, and for what librdkafka does not know or accept.
Result<void> check_kafka_property(const std::string& name, const std::string& value);

namespace kafka {

// A configuration of `suggested`, overridden by `extra` from outside, overridden by `owned`. Error:
// kConfiguration with librdkafka's words; the value of a property that may hold a secret is never
// in it. The caller owns the result (rd_kafka_new takes it, or rd_kafka_conf_destroy).
Result<rd_kafka_conf_s*> make_conf(const KafkaProperties& suggested, const KafkaProperties& extra,
                                   const KafkaProperties& owned);

// What every client of hermod is well served with: TCP without delays, quick reconnects.
KafkaProperties common_properties();

// Those, and what every producer of hermod is: records go out at once, of any size.
KafkaProperties producer_properties();

// What every producer of hermod is for good; other properties of its own follow behind and win.
KafkaProperties owned_producer_properties(const std::string& brokers, const std::string& client_id,
                                          uint32_t acknowledge_timeout_ms);

// For clients without a log: librdkafka's own would go to stderr. What matters comes as errors.
void silence(rd_kafka_conf_s* conf);

}  // namespace kafka
}  // namespace hermod
