#pragma once
// One setting as the operator wrote it, judged and put into Options.

#include <optional>
#include <string>
#include <vector>

#include "hermod/options.h"
#include "hermod/result.h"
#include "server/option_table.h"

namespace hermod {

struct OptionValue {
  std::string origin;  // as the operator wrote it: "REDIS_URL", "--log-level", "log_level in FILE"
  std::string text;
  std::optional<std::vector<std::string>> items;  // a list of the file, instead of the text
};

// The error names the origin, what it got (never of a secret) and what it takes.
Result<void> apply_option(const OptionRow& row, const OptionValue& value, Options& options);

// Judges what stands in `options` already; the error names the variable.
Result<void> judge_option(const OptionRow& row, const Options& options);

// The default as documentation shows it.
std::string default_of(const OptionRow& row);

}  // namespace hermod
