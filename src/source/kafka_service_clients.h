#pragma once
// The configurations of the clients that the service makes: the consumer and the producers. Whoever
// judges a configuration makes the same ones.

#include "source/dead_letter_options.h"
#include "source/kafka_config.h"
#include "source/kafka_source_options.h"

namespace hermod {

struct KafkaSenderOptions;

namespace kafka {

// What every consumer of hermod is well served with.
KafkaProperties consumer_properties(uint32_t fetch_wait_max_ms = 100);

// What the consumer of the service is for good; other properties that follow override these.
KafkaProperties owned_consumer_properties(const KafkaSourceOptions& options);

// Error: kConfiguration. The caller owns the result.
Result<rd_kafka_conf_s*> make_consumer_conf(const KafkaSourceOptions& options);
Result<rd_kafka_conf_s*> make_dead_letter_conf(const DeadLetterOptions& options);
Result<rd_kafka_conf_s*> make_sender_conf(const KafkaSenderOptions& options);

}  // namespace kafka

// Makes the clients that the service would make with these options, without any broker, and closes
// them: finds what only a client's creation shows (a mechanism of SASL, a file of certificates, two
// properties that contradict each other). Error: kConfiguration.
Result<void> check_kafka_clients(KafkaSourceOptions options);

}  // namespace hermod
