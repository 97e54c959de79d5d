#pragma once
// Finds settings that are valid but probably wrong.

#include <string>
#include <vector>

#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod {

// One sentence for each warning of the loader and for each suspicious value. The sentence names the
// variable and never contains a secret.
std::vector<std::string> option_warnings(const Options& options);

// Error: kConfiguration, a suspicious value in production; outside production it is only a warning.
Result<void> refuse_suspicious_options(const Options& options);

}  // namespace hermod
