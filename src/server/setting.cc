#include "hermod/setting.h"

#include <algorithm>
#include <cctype>

#include "observe/escape.h"
#include "server/option_table.h"
#include "server/option_value.h"

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
    if (camel_case(row.name) == name) return &row;
  }
  return nullptr;
}

// The least number of letters to add, remove or change.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  return row.back();
}

Error unknown(std::string_view name) {
  constexpr size_t kNear = 4;
  std::string message = "there is no option " + escaped(name, 64);
  std::string nearest;
  size_t least = kNear;
  for (const std::string& known : setting_names()) {
    const size_t away = distance(name, known);
    if (away >= least) continue;
    least = away;
    nearest = known;
  }
  if (!nearest.empty()) message += "; is " + nearest + " meant?";
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
