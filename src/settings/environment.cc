#include "settings/environment.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cctype>
#include <cstdlib>

#include "base/escape.h"
#include "settings/nearest_name.h"
#include "settings/option_table.h"

namespace hermod {
namespace {

constexpr std::string_view kServicePort = "_SERVICE_PORT";

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

// The port after the last colon of a service link.
std::string_view port_of(std::string_view link) {
  assert(is_service_link(link));
  return link.substr(link.rfind(':') + 1);
}

std::vector<std::string> known_variables() {
  std::vector<std::string> names;
  for (const OptionRow& row : option_table()) {
    names.emplace_back(row.name);
    if (!row.details.alias.empty()) names.emplace_back(row.details.alias);
  }
  return names;
}

std::string upper_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

// Two wrong characters in a long name are probably a typing error; in a short name they make a
// different word.
size_t distance_max(std::string_view name) {
  constexpr size_t kLong = 14;
  return name.size() >= kLong ? 2 : 1;
}

// Variables that Kubernetes sets for other services, whose names may resemble those of settings.
bool is_of_a_service(std::string_view name) {
  return name.ends_with("_SERVICE_HOST") || name.find("_PORT_") != std::string_view::npos;
}

}  // namespace

std::optional<std::string> process_variable(const std::string& name) {
  const char* text = std::getenv(name.c_str());
  return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

std::vector<std::string> process_variable_names() {
  std::vector<std::string> names;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    names.emplace_back(text.substr(0, text.find('=')));
  }
  return names;
}

bool is_service_link(std::string_view value) {
  for (const std::string_view scheme : {"tcp://", "udp://", "sctp://"}) {
    if (!value.starts_with(scheme)) continue;
    const std::string_view authority = value.substr(scheme.size());
    const size_t colon = authority.rfind(':');
    return colon != std::string_view::npos && colon > 0 && is_digits(authority.substr(colon + 1));
  }
  return false;
}

std::string service_port_warning(const std::string& name, const std::string& value,
                                 const Environment& environment) {
  if (!name.ends_with(kServicePort)) return {};
  const std::string service = name.substr(0, name.size() - kServicePort.size());
  const auto link = environment.value(service + "_PORT");
  if (!link || !is_service_link(*link) || port_of(*link) != value) return {};
  if (!environment.value(service + "_SERVICE_HOST")) return {};
  return name + " is " + escaped(value, 16) +
         ", which is also the port of a Kubernetes service: if "
         "that is not intended, set enableServiceLinks to false for the pod";
}

std::vector<std::string> misspelt_variables(const Environment& environment) {
  std::vector<std::string> sentences;
  if (!environment.names) return sentences;
  const std::vector<std::string> known = known_variables();
  for (const std::string& name : environment.names()) {
    if (std::ranges::find(known, name) != known.end() || is_of_a_service(name)) continue;
    const std::string nearest = nearest_name(upper_case(name), known, distance_max(name));
    if (nearest.empty()) continue;
    sentences.push_back("the variable " + escaped(name, 64) +
                        " is not a setting and has no effect; did you mean " + nearest + "?");
  }
  return sentences;
}

}  // namespace hermod
