#include "settings/option_loader.h"

#include <unistd.h>

#include <cassert>

#include "base/configuration_error.h"
#include "redis/redis_url.h"
#include "settings/kafka_config_text.h"
#include "settings/option_checks.h"
#include "settings/option_file.h"
#include "settings/option_names.h"
#include "settings/option_value.h"

namespace hermod {
namespace {

using Found = std::optional<OptionValue>;

bool counts(const OptionRow& row, const OptionValue& value) {
  return row.details.empty == OptionRow::Empty::kValue || value.items || !value.text.empty();
}

class Loader {
 public:
  Loader(const OptionSources& sources, std::map<std::string, OptionValue> file)
      : sources_(sources), file_(std::move(file)) {}

  // The value from the source with the highest precedence; nothing if no source sets this row.
  Result<Found> find(const OptionRow& row) {
    for (const auto look : {&Loader::in_flags, &Loader::in_environment, &Loader::in_file}) {
      Result<Found> found = find_either(row, look);
      if (!found || found.value()) return found;
    }
    return Found();
  }

  std::vector<std::string> take_warnings() { return std::move(warnings_); }

 private:
  using Look = Found (Loader::*)(const std::string& name);

  // Under the name or the alias; if both are set, their values must be equal.
  Result<Found> find_either(const OptionRow& row, Look look) {
    Found by_name = (this->*look)(std::string(row.name));
    Found by_alias =
        row.details.alias.empty() ? Found() : (this->*look)(std::string(row.details.alias));
    if (by_name && !counts(row, *by_name)) by_name.reset();
    if (by_alias && !counts(row, *by_alias)) by_alias.reset();
    if (by_name && by_alias && by_name->text != by_alias->text) {
      return configuration_error(
          by_name->origin + " and " + by_alias->origin +
          " are names of the same setting, but differ: set only one of them");
    }
    return by_name ? by_name : by_alias;
  }

  Found in_flags(const std::string& name) {
    const auto found = sources_.flags.find(name);
    if (found == sources_.flags.end()) return {};
    return OptionValue{flag_of(name), found->second, {}};
  }

  Found in_environment(const std::string& name) {
    const Environment& environment = sources_.environment;
    std::optional<std::string> text = environment.value(name);
    if (!text) return {};
    if (name.ends_with("_PORT") && is_service_link(*text)) {
      warnings_.push_back(name + " describes a Kubernetes service and is not used as a setting");
      return {};
    }
    std::string warning = service_port_warning(name, *text, environment);
    if (!warning.empty()) warnings_.push_back(std::move(warning));
    return OptionValue{name, *std::move(text), {}};
  }

  Found in_file(const std::string& name) {
    const auto found = file_.find(name);
    return found == file_.end() ? Found() : found->second;
  }

  const OptionSources& sources_;
  std::map<std::string, OptionValue> file_;
  std::vector<std::string> warnings_;
};

// A process list shows flags to all users of the machine.
Result<void> check_flag_secrets(const OptionSources& sources) {
  for (const auto& [name, text] : sources.flags) {
    const OptionRow* row = find_option(name);
    if (row == nullptr || row->details.exposure != OptionRow::Exposure::kUrl) continue;
    KafkaConfig properties;
    bool secret = option::holds_password(text);
    if (std::holds_alternative<KafkaConfigField>(row->field)) {
      if (auto added = add_kafka_config_list(flag_of(name), text, properties); !added) return added;
    }
    for (const auto& [key, value] : properties) secret = secret || is_secret_property(key);
    if (!secret) continue;
    return configuration_error(
        flag_of(name) + " contains a password, which every process list would show; set it " +
        "with the variable " + name + " or in the file instead");
  }
  return {};
}

// systemd provides the credentials of a service as files. Its own one for Redis is used if nothing
// else names a password.
void use_redis_credential(const Environment& environment, Options& options) {
  const auto directory = environment.value("CREDENTIALS_DIRECTORY");
  if (!directory || directory->empty() || options.redis_url.empty()) return;
  if (!options.redis_password.empty() || !options.redis_password_file.empty()) return;
  const auto url = RedisUrl::parse(options.redis_url);
  if (!url || !url.value().credentials.password.empty()) return;
  const std::string path = *directory + "/redis_password";
  if (access(path.c_str(), F_OK) == 0) options.redis_password_file = path;
}

// A setting under its old name still works; the warning announces its removal.
void note_old_name(const OptionRow& row, const std::string& origin, Options& options) {
  if (row.details.alias_kind != OptionRow::AliasKind::kOld) return;
  const std::string old_name(row.details.alias);
  assert(!old_name.empty());
  if (!origin.starts_with(old_name) && !origin.starts_with(file_key_of(old_name))) return;
  options.warnings.push_back(old_name + " is the old name of " + std::string(row.name) +
                             " and will be removed; use the new name");
}

}  // namespace

Result<Options> load_options(const OptionSources& sources) {
  std::map<std::string, OptionValue> file;
  if (!sources.config_file.empty()) {
    auto read = read_option_file(sources.config_file);
    if (!read) return read.error();
    file = read.take();
  }
  if (const auto clean = check_flag_secrets(sources); !clean) return clean.error();
  Loader loader(sources, std::move(file));
  Options options;
  for (const OptionRow& row : option_table()) {
    const Result<Found> found = loader.find(row);
    if (!found) return found.error();
    if (!found.value()) continue;
    if (const auto set = apply_option(row, *found.value(), options); !set) return set.error();
    note_old_name(row, found.value()->origin, options);
  }
  use_redis_credential(sources.environment, options);
  for (std::string& sentence : loader.take_warnings()) {
    options.warnings.push_back(std::move(sentence));
  }
  for (std::string& sentence : misspelt_variables(sources.environment)) {
    options.warnings.push_back(std::move(sentence));
  }
  return options;
}

}  // namespace hermod
