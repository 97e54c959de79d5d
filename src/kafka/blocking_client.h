#pragma once
// Creates librdkafka clients that no loop serves: for commands that send a request and wait for its
// response, and for checks. They log nothing.

#include <string>

#include "hermod/result.h"
#include "kafka/kafka_client.h"
#include "kafka/kafka_fwd.h"

namespace hermod::kafka {

// Consumes `conf`, even on failure; the caller owns the result. `last_error`, if not null, receives
// the last error of the client while it is polled, and must outlive it. Error: kConfiguration.
Result<rd_kafka_s*> open_blocking_client(Client::Role role, rd_kafka_conf_s* conf,
                                         std::string* last_error = nullptr);

}  // namespace hermod::kafka
