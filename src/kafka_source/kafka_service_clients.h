#pragma once
// The configurations of the Kafka clients that the service creates: the consumer and the producers.
// The checks use the same configurations.

#include "kafka/kafka_config.h"
#include "kafka_source/kafka_source_options.h"

namespace hermod {

namespace kafka {

// Fixed for the consumer of the service. A caller may append its own; later properties override
// earlier ones.
KafkaProperties owned_consumer_properties(const KafkaSourceOptions& options);

// Error: kConfiguration. The caller owns the result.
Result<rd_kafka_conf_s*> make_consumer_conf(const KafkaSourceOptions& options);

}  // namespace kafka

// Creates the clients that the service would create with these options, without a broker, and
// destroys them. This finds errors that only the creation of a client shows: an unknown SASL
// mechanism, an unreadable certificate file, contradicting properties. Error: kConfiguration.
Result<void> check_kafka_clients(KafkaSourceOptions options);

}  // namespace hermod
