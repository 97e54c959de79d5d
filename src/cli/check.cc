#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "bus/redis_probe.h"
#include "cli/terminal_log.h"
#include "cli/verb.h"
#include "observe/escape.h"
#include "server/option_rules.h"
#include "server/option_warnings.h"
#include "server/part_options.h"
#include "source/kafka_probe.h"

namespace hermod::cli {
namespace {

constexpr std::string_view kHelp = R"(hermod check [--offline]

Judges the configuration as hermod serve would, loads its keys, and then looks
whether Redis and Kafka answer. Prints a line for each. Ends with 0 where all
is well, 1 where somebody does not answer, 2 where the configuration is wrong.

  --offline              does not look for Redis and Kafka
  --config FILE          settings from a TOML file
  --help-settings        every setting

Example:
  hermod check --config /etc/hermod/hermod.toml --offline
)";

constexpr std::string_view kInside = "inside the process, nothing to reach\n";

// Loads the keys as the service would, if any are configured.
Result<std::string> check_keys(const Options& options, Log& log) {
  if (!has_key(options)) return std::string("a key is generated at start");
  const auto verifier = JwtVerifier::create(verifier_options(options), log);
  if (!verifier) return verifier.error();
  return "keys for " + options.jwt_algorithm;
}

int check_configuration(const Options& options, Terminal& terminal) {
  if (const auto checked = check_options(options); !checked) return fail(terminal, checked.error());
  TerminalLog log(terminal);
  for (const std::string& sentence : option_warnings(options)) log.warning(sentence);
  const Result<std::string> keys = check_keys(options, log);
  if (!keys) return fail(terminal, keys.error());
  if (const auto token = admin_token(options); !token) return fail(terminal, token.error());
  terminal.out << "configuration: ok, " << options.environment << ", " << keys.value() << '\n';
  return kOk;
}

// Says on the line what went wrong; kUsage where it lies in the configuration.
int failed(const Error& error, Terminal& terminal) {
  terminal.out << escaped(error.message) << '\n';
  return error.code == ErrorCode::kConfiguration ? kUsage : kFailed;
}

int check_redis(const Options& options, Terminal& terminal) {
  terminal.out << "redis: ";
  if (options.redis_url.empty()) {
    terminal.out << kInside;
    return kOk;
  }
  const Result<RedisUrl> url = RedisUrl::parse(options.redis_url);
  if (!url) return failed(url.error(), terminal);
  const Result<RedisProbe> probe =
      probe_redis(url.value(), uint64_t{options.redis_connect_timeout} * 1000);
  if (!probe) return failed(probe.error(), terminal);
  terminal.out << "ok, " << escaped(probe.value().describe());
  for (const std::string& warning : probe.value().warnings())
    terminal.out << "; " << escaped(warning);
  terminal.out << '\n';
  return kOk;
}

int check_kafka(const Options& options, Terminal& terminal) {
  terminal.out << "kafka: ";
  if (options.kafka_bootstrap_servers.empty()) {
    terminal.out << kInside;
    return kOk;
  }
  KafkaProbeOptions probe;
  probe.brokers = options.kafka_bootstrap_servers;
  probe.properties = options.kafka_config;
  std::vector<std::string> topics = options.kafka_topics;
  if (!options.kafka_dead_letter_topic.empty()) topics.push_back(options.kafka_dead_letter_topic);
  const Result<KafkaProbeAnswer> answer = kafka_probe(probe, topics);
  if (!answer) return failed(answer.error(), terminal);
  terminal.out << "ok, " << escaped(answer.value().description()) << '\n';
  return kOk;
}

int run(bool offline, const Options& options, Terminal& terminal) {
  if (const int status = check_configuration(options, terminal); status != kOk || offline)
    return status;
  const int redis = check_redis(options, terminal);
  const int kafka = check_kafka(options, terminal);
  return std::max(redis, kafka);
}

}  // namespace

Verb add_check(CLI::App& app) {
  auto offline = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand("check");
  command->add_flag("--offline", *offline);
  return {command, kHelp, [offline](const Options& options, Terminal& terminal, const Reload&) {
            return run(*offline, options, terminal);
          }};
}

}  // namespace hermod::cli
