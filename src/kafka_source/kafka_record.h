#pragma once
// Converts a librdkafka message to a Record.

#include <string_view>

#include "kafka/kafka_fwd.h"
#include "source/record.h"

namespace hermod::kafka {

// The views of the result point into `message` and `topic`.
Record make_record(const rd_kafka_message_s& message, std::string_view topic,
                   const Position& position);

}  // namespace hermod::kafka
