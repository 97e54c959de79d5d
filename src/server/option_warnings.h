#pragma once
// Settings that are plausible but probably wrong.

#include <string>
#include <vector>

#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod {

// A sentence each: what a loader noticed, and what is suspicious in the values. The sentence names
// the variable, and never holds a secret.
std::vector<std::string> option_warnings(const Options& options);

// In production a suspicious value is refused; elsewhere it is a warning.
Result<void> refuse_suspicious_options(const Options& options);

}  // namespace hermod
