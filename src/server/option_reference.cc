#include "server/option_reference.h"

#include "server/option_value.h"

namespace hermod {
namespace {

bool has_flag(const OptionRow& row) {
  return row.details.exposure != OptionRow::Exposure::kSecret;
}

}  // namespace

std::string option_help() {
  std::string text;
  for (const OptionRow& row : option_table()) {
    text += has_flag(row) ? flag_of(row.name) : std::string(row.name) + " (no flag)";
    text += "\n    " + std::string(row.describes) + "\n    Takes " + std::string(row.takes) + ".";
    const std::string value = default_of(row);
    text += value.empty() ? "\n" : " Default: " + value + "\n";
  }
  return text;
}

std::string option_reference() {
  std::string text = "| variable | flag | default | what |\n|---|---|---|---|\n";
  for (const OptionRow& row : option_table()) {
    text += "| " + std::string(row.name);
    if (!row.details.alias.empty()) text += " (alias " + std::string(row.details.alias) + ")";
    text += " | " + (has_flag(row) ? '`' + flag_of(row.name) + '`' : std::string("none")) + " | ";
    text += default_of(row) + " | " + std::string(row.describes) + " Takes " +
            std::string(row.takes) + ". |\n";
  }
  return text;
}

}  // namespace hermod
