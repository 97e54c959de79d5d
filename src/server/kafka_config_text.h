#pragma once
// Extra librdkafka properties as an operator writes them: KAFKA_CONFIG, a comma list of key=value,
// and KAFKA_CONFIG_FILE, a line each. Those that hermod owns are refused by name, and no value is
// ever in an error, since some are secrets.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hermod/result.h"

namespace hermod {

using KafkaConfig = std::vector<std::pair<std::string, std::string>>;

// A comma in a value is written as \, in the list; where it was not, the rest of a secret is in no
// error either. A property that `config` has already is refused.
Result<void> add_kafka_config_list(std::string_view origin, std::string_view text,
                                   KafkaConfig& config);

// Empty lines and lines that begin with # are passed over.
Result<void> add_kafka_config_file(std::string_view origin, const std::string& path,
                                   KafkaConfig& config);

// True for properties whose value no process list should show.
bool is_secret_property(std::string_view key);

}  // namespace hermod
