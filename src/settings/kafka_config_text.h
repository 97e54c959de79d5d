#pragma once
// Parses additional librdkafka properties: KAFKA_CONFIG, a comma-separated list of key=value, and
// KAFKA_CONFIG_FILE, with one per line. An error names a property that only hermod may set. It
// never contains a value, because some values are secrets.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hermod/result.h"

namespace hermod {

using KafkaConfig = std::vector<std::pair<std::string, std::string>>;

// A comma in a value is written as \, in the list. If it was not, the error does not show the rest
// of a secret either. Error: kConfiguration, also for a property that `config` already contains.
Result<void> add_kafka_config_list(std::string_view origin, std::string_view text,
                                   KafkaConfig& config);

// Skips empty lines and lines that begin with #.
Result<void> add_kafka_config_file(std::string_view origin, const std::string& path,
                                   KafkaConfig& config);

// True for a property whose value is a secret and must not be in a process list.
bool is_secret_property(std::string_view key);

}  // namespace hermod
