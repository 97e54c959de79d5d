#pragma once
// The variables of the process's environment as operators and platforms write them: what there is
// of ours, and what only looks like it.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hermod {

struct Environment {
  std::function<std::optional<std::string>(const std::string& name)> value;
  std::function<std::vector<std::string>()> names;  // may be empty: none are known
};

// Kubernetes describes each service of a namespace to every pod, under names that may be ours:
// WEBSOCKET_SERVICE_PORT=tcp://10.0.0.9:80 for a service called websocket-service.
bool is_service_link(std::string_view value);

// A sentence for a number that was accepted from the variable `name` and may come from such a
// description too; empty where it cannot.
std::string service_port_warning(const std::string& name, const std::string& value,
                                 const Environment& environment);

// A sentence for each variable whose name is nearly that of a setting.
std::vector<std::string> misspelt_variables(const Environment& environment);

}  // namespace hermod
