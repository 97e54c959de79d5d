#pragma once
// The environment variables of the process, and the detection of variables that only look like
// settings: those of Kubernetes, and misspelt names.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hermod {

struct Environment {
  std::function<std::optional<std::string>(const std::string& name)> value;
  std::function<std::vector<std::string>()> names;  // may be an empty function: names unknown
};

// The environment of the process.
std::optional<std::string> process_variable(const std::string& name);
std::vector<std::string> process_variable_names();

// Kubernetes describes each service of a namespace to every pod, under names that may be those of
// settings: WEBSOCKET_SERVICE_PORT=tcp://10.0.0.9:80 for the service websocket-service.
bool is_service_link(std::string_view value);

// A warning for a number that was read from the variable `name` and that may come from such a
// description; empty if it cannot.
std::string service_port_warning(const std::string& name, const std::string& value,
                                 const Environment& environment);

// A warning for each variable whose name is close to that of a setting.
std::vector<std::string> misspelt_variables(const Environment& environment);

}  // namespace hermod
