#include "settings/option_reference.h"

#include "settings/option_names.h"
#include "settings/option_value.h"

namespace hermod {
namespace {

// A section of the reference page, which begins at the row `first`.
struct Section {
  std::string_view first;
  std::string_view title;
};
constexpr Section kSections[] = {
    {"SERVICE_NAME", "The process"},
    {"WEBSOCKET_HOST", "Connections"},
    {"REDIS_URL", "Redis"},
    {"KAFKA_BOOTSTRAP_SERVERS", "Kafka"},
    {"IDEMPOTENCY_TTL_SECONDS", "Retention and shutdown"},
    {"JWT_SECRET_KEY", "Tokens"},
    {"CORS_ORIGINS", "Access control"},
    {"ENABLE_METRICS", "Metrics and traces"},
};

std::string heading_before(const OptionRow& row) {
  for (const Section& section : kSections) {
    if (section.first != row.name) continue;
    return "\n## " + std::string(section.title) +
           "\n\n| variable | flag | default | reload | meaning |\n|---|---|---|---|---|\n";
  }
  return {};
}

bool has_flag(const OptionRow& row) {
  return row.details.exposure != OptionRow::Exposure::kSecret;
}

bool is_reloadable(const OptionRow& row) {
  return row.details.change == OptionRow::Change::kReload;
}

}  // namespace

std::string option_help() {
  std::string text;
  for (const OptionRow& row : option_table()) {
    text += has_flag(row) ? flag_of(row.name) : std::string(row.name) + " (no flag)";
    text += "\n    " + std::string(row.description);
    if (is_reloadable(row)) text += " A reload applies a change.";
    text += "\n    Value: " + std::string(row.accepted) + ".";
    const std::string value = default_of(row);
    text += value.empty() ? "\n" : " Default: " + value + "\n";
  }
  return text;
}

std::string option_reference() {
  std::string text;
  for (const OptionRow& row : option_table()) {
    text += heading_before(row) + "| " + std::string(row.name);
    if (!row.details.alias.empty()) text += " (alias " + std::string(row.details.alias) + ")";
    text += " | " + (has_flag(row) ? '`' + flag_of(row.name) + '`' : std::string("none")) + " | ";
    text += default_of(row) + (is_reloadable(row) ? " | yes | " : " | no | ");
    text += std::string(row.description) + " Value: " + std::string(row.accepted) + ". |\n";
  }
  return text;
}

}  // namespace hermod
