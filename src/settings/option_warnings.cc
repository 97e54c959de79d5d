#include "settings/option_warnings.h"

#include <variant>

#include "base/escape.h"
#include "base/ip_network.h"
#include "base/text_flaw.h"
#include "redis/redis_url.h"
#include "settings/option_table.h"
#include "settings/redis_rules.h"

namespace hermod {
namespace {

class Suspicions {
 public:
  explicit Suspicions(const Options& options) : options_(options) {}

  std::vector<std::string> find() {
    for (const OptionRow& row : option_table()) {
      if (const auto* text = std::get_if<std::string Options::*>(&row.field)) {
        check(std::string(row.name), options_.**text);
      }
      if (const auto* list = std::get_if<std::vector<std::string> Options::*>(&row.field)) {
        for (const std::string& item : options_.**list) {
          check("an entry of " + std::string(row.name), item);
        }
      }
    }
    judge_kafka();
    judge_redis();
    judge_proxies();
    return std::move(sentences_);
  }

 private:
  void check(const std::string& name, std::string_view value) {
    const std::string_view flaw = text_flaw(value);
    if (flaw.empty()) return;
    sentences_.push_back(name + ' ' + std::string(flaw) +
                         "; hermod uses the value unchanged: correct it");
  }

  void judge_kafka() {
    if (!options_.kafka_presence_topic.empty() && !options_.kafka_consume &&
        options_.kafka_bootstrap_servers.empty()) {
      sentences_.push_back(
          "KAFKA_PRESENCE_TOPIC has no effect, because KAFKA_CONSUME is false and "
          "KAFKA_BOOTSTRAP_SERVERS is not set: set the brokers to which presence events are "
          "written");
    }
    for (const auto& [key, value] : options_.kafka_config) {
      check("the Kafka property " + escaped(key, 64), value);
    }
  }

  void judge_redis() {
    if (options_.redis_url.empty()) return;
    const Result<RedisUrl> url = RedisUrl::parse(options_.redis_url);
    if (!url) return;  // check_redis_settings() refuses it
    check("the user in REDIS_URL", url.value().credentials.user);
    check("the password in REDIS_URL", url.value().credentials.password);
  }

  void judge_proxies() {
    for (const std::string& text : options_.trusted_proxies) {
      const auto networks = parse_networks("TRUSTED_PROXIES", {text});
      if (!networks || !is_too_wide(networks.value().front())) continue;
      sentences_.push_back(
          "TRUSTED_PROXIES contains " + escaped(text, 64) +
          ", so that any client may claim any address: list only the proxies, such as "
          "10.0.0.0/8");
    }
  }

  // Wider than the widest private network, 10.0.0.0/8 or fc00::/7.
  static bool is_too_wide(const Network& network) {
    constexpr int kMappedBits = 96;
    if (network.first.is_v4() && network.prefix_bits >= kMappedBits) {
      return network.prefix_bits - kMappedBits < 8;
    }
    return network.prefix_bits < 7;
  }

  const Options& options_;
  std::vector<std::string> sentences_;
};

}  // namespace

std::vector<std::string> option_warnings(const Options& options) {
  std::vector<std::string> sentences = options.warnings;
  for (std::string& sentence : Suspicions(options).find()) sentences.push_back(std::move(sentence));
  for (std::string& sentence : idle_redis_settings(options)) {
    sentences.push_back(std::move(sentence));
  }
  if (options.outbox_bytes_max < options.record_bytes_max) {
    sentences.emplace_back(
        "OUTBOX_BYTES_MAX is smaller than RECORD_BYTES_MAX: a notification larger than an outbox "
        "is not sent; its user receives a notice instead");
  }
  return sentences;
}

Result<void> refuse_suspicious_options(const Options& options) {
  if (!options.production()) return {};
  std::vector<std::string> sentences = Suspicions(options).find();
  if (sentences.empty()) return {};
  return Error{ErrorCode::kConfiguration,
               sentences.front() + " (only a warning outside ENVIRONMENT=production)"};
}

}  // namespace hermod
