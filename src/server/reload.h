#pragma once
// Applies the settings that SIGHUP can change without closing connections.

#include <string>
#include <vector>

#include "hermod/options.h"
#include "hermod/result.h"
#include "server/components.h"

namespace hermod {

// Applies keys, origins, proxies, the limits of connections and outboxes, and the drain time.
// Precondition: check_options(options) succeeded. Returns the option_warnings() and one sentence
// for each changed setting that needs a restart. After an error, nothing has changed.
Result<std::vector<std::string>> reload_components(Components& components, const Options& options);

}  // namespace hermod
