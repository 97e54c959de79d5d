#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <ostream>

#include "base/escape.h"
#include "cli/terminal_log.h"
#include "cli/verb.h"
#include "kafka_source/kafka_check.h"
#include "kafka_source/kafka_service_clients.h"
#include "redis_check/redis_check.h"
#include "server/component_options.h"
#include "server/redis_options.h"
#include "settings/option_rules.h"
#include "settings/option_warnings.h"

namespace hermod::cli {
namespace {

constexpr std::string_view kCheckHelp = R"(hermod check [--offline]

Validates the configuration like hermod serve, loads the keys, and performs the
operations of the service in Redis and Kafka, for a user that does not exist and
without joining the group. Prints a line for each fault, with the missing
permission. Exit status: 0 without faults, 1 if Redis or Kafka does not answer
or refuses an operation, 2 if the configuration is invalid.

  --offline              does not connect to Redis and Kafka
  --config FILE          reads settings from a TOML file
  --help-settings        lists every setting

Example:
  hermod check --config /etc/hermod/hermod.toml --offline
)";

constexpr std::string_view kInside = "embedded in the process, nothing to check\n";

// Loads the keys like the service, if any are configured.
Result<std::string> check_keys(const Options& options, Log& log) {
  if (!has_key(options)) return std::string("a key is generated at start");
  const auto verifier = JwtVerifier::create(verifier_options(options), log);
  if (!verifier) return verifier.error();
  return "keys for " + options.jwt_algorithm;
}

// Stores the options of the bus in `redis` if REDIS_URL is set.
int check_configuration(const Options& options, Terminal& terminal, Log& log,
                        std::optional<RedisBusOptions>& redis) {
  if (const auto checked = check_options(options); !checked) return fail(terminal, checked.error());
  if (const auto made = check_kafka_clients(kafka_source_options(options)); !made) {
    return fail(terminal, made.error());
  }
  for (const std::string& sentence : option_warnings(options)) log.warning(sentence);
  const Result<std::string> keys = check_keys(options, log);
  if (!keys) return fail(terminal, keys.error());
  if (!options.redis_url.empty()) {
    auto made = redis_bus_options(options, log);
    if (!made) return fail(terminal, made.error());
    redis = made.take();
  }
  if (const auto token = admin_token(options, log); !token) return fail(terminal, token.error());
  terminal.out << "configuration: ok, " << options.environment << ", " << keys.value() << '\n';
  return kOk;
}

// Completes the line with the error; returns kUsage if the configuration is invalid.
int failed(const Error& error, Terminal& terminal) {
  terminal.out << escaped(error.message) << '\n';
  return error.code == ErrorCode::kConfiguration ? kUsage : kFailed;
}

int report_redis(const std::optional<RedisBusOptions>& redis, bool production, Terminal& terminal) {
  if (!redis) {
    terminal.out << "redis: " << kInside;
    return kOk;
  }
  const RedisCheck check = check_redis(*redis, production);
  if (check.good()) terminal.out << "redis: ok, " << escaped(check.description) << '\n';
  for (const std::string& master : check.masters) {
    terminal.out << "redis: " << escaped(master) << '\n';
  }
  for (const RedisFinding& finding : check.findings) {
    const bool warning = finding.level == RedisFinding::Level::kWarning;
    terminal.out << (warning ? "redis: warning: " : "redis: ") << escaped(finding.text) << '\n';
  }
  return check.good() ? kOk : kFailed;
}

int report_kafka(const Options& options, Terminal& terminal) {
  const bool presence = !options.kafka_presence_topic.empty();
  if (!options.kafka_consume && (!presence || options.kafka_bootstrap_servers.empty())) {
    terminal.out << "kafka: not consumed by this process (KAFKA_CONSUME=false), nothing to check\n";
    return kOk;
  }
  if (options.kafka_bootstrap_servers.empty()) {
    terminal.out << "kafka: " << kInside;
    return kOk;
  }
  KafkaCheckOptions made;
  made.brokers = options.kafka_bootstrap_servers;
  made.properties = options.kafka_config;
  made.group = options.kafka_consumer_group;
  if (options.kafka_consume) {
    made.topics = options.kafka_topics;
    made.dead_letter_topic = options.kafka_dead_letter_topic;
  }
  made.presence_topic = options.kafka_presence_topic;
  const Result<KafkaCheck> checked = check_kafka(made);
  if (!checked) {
    terminal.out << "kafka: ";
    return failed(checked.error(), terminal);
  }
  const KafkaCheck& check = checked.value();
  if (check.errors.empty()) terminal.out << "kafka: ok, " << escaped(check.description) << '\n';
  for (const std::string& error : check.errors) {
    terminal.out << "kafka: " << escaped(error) << '\n';
  }
  for (const std::string& warning : check.warnings) {
    terminal.out << "kafka: warning: " << escaped(warning) << '\n';
  }
  return check.errors.empty() ? kOk : kFailed;
}

int run(bool offline, const Options& options, Terminal& terminal) {
  TerminalLog log(terminal);
  std::optional<RedisBusOptions> redis;
  const int status = check_configuration(options, terminal, log, redis);
  if (status != kOk || offline) return status;
  const int redis_status = report_redis(redis, options.production(), terminal);
  const int kafka_status = report_kafka(options, terminal);
  return std::max(redis_status, kafka_status);
}

}  // namespace

Verb add_check(CLI::App& app) {
  auto offline = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand("check");
  command->add_flag("--offline", *offline);
  return {command, kCheckHelp,
          [offline](const Options& options, Terminal& terminal, const Reload&) {
            return run(*offline, options, terminal);
          }};
}

}  // namespace hermod::cli
