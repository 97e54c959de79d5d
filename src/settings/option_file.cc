#include "settings/option_file.h"

#include <toml++/toml.h>
#include <cctype>

#include "base/configuration_error.h"
#include "base/escape.h"
#include "base/file.h"
#include "settings/option_names.h"
#include "settings/toml_shape.h"

namespace hermod {
namespace {

// The variable name of a file key; empty unless the key is in exact snake case.
std::string variable_of(std::string_view key) {
  std::string name;
  for (const unsigned char c : key) name += static_cast<char>(std::toupper(c));
  return file_key_of(name) == key ? name : std::string();
}

// False unless the value is a string, an integer, a boolean or a list of strings.
bool read_value(const toml::node& node, OptionValue& value) {
  if (const auto* text = node.as_string()) return value.text = text->get(), true;
  if (const auto* number = node.as_integer())
    return value.text = std::to_string(number->get()), true;
  if (const auto* boolean = node.as_boolean())
    return value.text = boolean->get() ? "true" : "false", true;
  const toml::array* list = node.as_array();
  if (list == nullptr) return false;
  value.items.emplace();
  for (const toml::node& item : *list) {
    if (!item.is_string()) return false;
    value.items->push_back(item.as_string()->get());
  }
  return true;
}

Result<std::map<std::string, OptionValue>> read_table(const toml::table& table,
                                                      const std::string& path) {
  std::map<std::string, OptionValue> values;
  for (const auto& [key, node] : table) {
    const std::string name = variable_of(key.str());
    OptionValue value{escaped(key.str()) + " in " + escaped(path), {}, {}};
    const OptionRow* row = find_option(name);
    if (row == nullptr) {
      return configuration_error(
          value.origin + " is not a setting; a key is the name of a variable in snake case");
    }
    if (!read_value(node, value))
      return configuration_error(value.origin + " must be " + std::string(row->accepted));
    values.emplace(name, std::move(value));
  }
  return values;
}

}  // namespace

Result<std::map<std::string, OptionValue>> read_option_file(const std::string& path) {
  const std::string named = "--config names the file " + escaped(path) + ", which ";
  const Result<std::string> text = read_file(path);
  if (!text) return configuration_error(named + text.error().message);
  if (const auto checked = check_toml_shape(text.value()); !checked) {
    return configuration_error(named + checked.error().message);
  }
  // Debian's toml++ throws on errors. Its error text is not shown, because it quotes the file.
  try {
    return read_table(toml::parse(text.value()), path);
  } catch (const toml::parse_error& error) {
    return configuration_error(named + "is not valid TOML at line " +
                               std::to_string(error.source().begin.line));
  }
}

}  // namespace hermod
