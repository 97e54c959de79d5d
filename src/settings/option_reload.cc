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

}  // namespace

std::vector<std::string_view> settings_to_restart_for(const Options& now, const Options& wanted) {
  std::vector<std::string_view> names;
  for (const OptionRow& row : option_table()) {
    if (row.details.change == OptionRow::Change::kReload || same(row, now, wanted)) continue;
    names.push_back(row.name);
  }
  return names;
}

void apply_reloadable(const Options& wanted, Options& now) {
  for (const OptionRow& row : option_table()) {
    if (row.details.change == OptionRow::Change::kReload) copy(row, wanted, now);
  }
}

}  // namespace hermod
