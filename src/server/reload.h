#pragma once
// What SIGHUP may change while connections stand.

#include <string>
#include <vector>

#include "hermod/options.h"
#include "hermod/result.h"
#include "server/components.h"

namespace hermod {

// Takes over keys, origins, proxies, limits of connections and outboxes, and the drain time;
// `options` have been judged. A sentence for each changed setting that needs a restart, and each
// of option_warnings(). An Error changes nothing.
Result<std::vector<std::string>> reload_parts(Components& components, const Options& options);

}  // namespace hermod
