#include "hermod/setting.h"

#include <cctype>

#include "base/escape.h"
#include "settings/nearest_name.h"
#include "settings/option_table.h"
#include "settings/option_value.h"

namespace hermod {
namespace {

std::string camel_case(std::string_view name) {
  std::string text;
  bool upper = false;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
      continue;
    }
    text += upper ? c : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    upper = false;
  }
  return text;
}

const OptionRow* find(std::string_view name) {
  for (const OptionRow& row : option_table()) {
    const std::string_view alias = row.details.alias;
    if (camel_case(row.name) == name || (!alias.empty() && camel_case(alias) == name)) return &row;
  }
  return nullptr;
}

Error unknown(std::string_view name) {
  constexpr size_t kNear = 3;
  std::string message = "unknown option " + escaped(name, 64);
  const std::string nearest = nearest_name(name, setting_names(), kNear);
  if (!nearest.empty()) message += "; did you mean " + nearest + "?";
  return {ErrorCode::kConfiguration, message};
}

}  // namespace

std::vector<std::string> setting_names() {
  std::vector<std::string> names;
  for (const OptionRow& row : option_table()) names.push_back(camel_case(row.name));
  return names;
}

Result<void> apply_setting(const Setting& setting, Options& options) {
  const OptionRow* row = find(setting.name);
  if (row == nullptr) return unknown(setting.name);
  const bool empty = setting.text.empty() && !setting.items;
  if (empty && row->details.empty != OptionRow::Empty::kValue) return {};
  return apply_option(*row, {setting.name, setting.text, setting.items}, options);
}

}  // namespace hermod
