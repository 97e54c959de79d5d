#pragma once
// Converts a librdkafka error message to a Refusal.

#include "kafka/kafka_fwd.h"
#include "kafka/kafka_health.h"

namespace hermod::kafka {

// The views of the result point into `message`.
Refusal make_refusal(const rd_kafka_message_s& message);

}  // namespace hermod::kafka
