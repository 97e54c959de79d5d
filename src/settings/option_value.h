#pragma once
// Validates the value of one setting and stores it in Options.

#include <optional>
#include <string>
#include <vector>

#include "hermod/options.h"
#include "hermod/result.h"
#include "settings/option_table.h"

namespace hermod {

struct OptionValue {
  std::string origin;  // where it was set: "REDIS_URL", "--log-level", "log_level in FILE"
  std::string text;
  std::optional<std::vector<std::string>> items;  // a list from the file; then `text` is unused
};

// The error names the origin, the given value (never that of a secret) and the accepted values.
Result<void> apply_option(const OptionRow& row, const OptionValue& value, Options& options);

// Validates the value that `options` already contain; the error names the variable.
Result<void> judge_option(const OptionRow& row, const Options& options);

// The default, as the documentation shows it.
std::string default_of(const OptionRow& row);

}  // namespace hermod
