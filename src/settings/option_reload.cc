#include "settings/option_reload.h"

#include <cassert>
#include <type_traits>
#include <variant>

#include "settings/option_table.h"

namespace hermod {
namespace {

bool same(const OptionRow& row, const Options& a, const Options& b) {
  return std::visit(
      [&](auto field) {
        if constexpr (std::is_same_v<decltype(field), KafkaConfigField>) {
          return a.kafka_config == b.kafka_config;
        } else {
          return a.*field == b.*field;
        }
      },
      row.field);
}

void copy(const OptionRow& row, const Options& from, Options& to) {
  std::visit(
      [&](auto field) {
        if constexpr (std::is_same_v<decltype(field), KafkaConfigField>) {
          assert(false);  // librdkafka's properties cannot change while a client is open
        } else {
          to.*field = from.*field;
        }
      },
      row.field);
}

std::vector<std::string_view> names_of(bool applied, const Options& now, const Options& wanted) {
  std::vector<std::string_view> names;
  for (const OptionRow& row : option_table()) {
    const bool is_applied = row.details.change == OptionRow::Change::kReload;
    if (is_applied == applied && !same(row, now, wanted)) names.push_back(row.name);
  }
  return names;
}

}  // namespace

std::vector<std::string_view> settings_to_restart_for(const Options& now, const Options& wanted) {
  return names_of(false, now, wanted);
}

std::vector<std::string_view> settings_to_apply(const Options& now, const Options& wanted) {
  return names_of(true, now, wanted);
}

void apply_reloadable(const Options& wanted, Options& now) {
  for (const OptionRow& row : option_table()) {
    if (row.details.change == OptionRow::Change::kReload) copy(row, wanted, now);
  }
}

}  // namespace hermod
