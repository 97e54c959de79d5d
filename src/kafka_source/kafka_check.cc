#include "kafka_source/kafka_check.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <utility>

#include "base/random.h"
#include "kafka/blocking_client.h"
#include "kafka/kafka_owned.h"
#include "kafka/kafka_probe.h"
#include "kafka_source/kafka_service_clients.h"

namespace hermod {
namespace {

using kafka::Partitions;
using Event = std::unique_ptr<rd_kafka_event_t, kafka::Free<rd_kafka_event_destroy>>;

constexpr int kPollMs = 100;

// The service's consumer, except that it joins no group and reports the end of each partition.
Result<kafka::Handle> make_client(const KafkaCheckOptions& options, std::string* last_error) {
  KafkaSourceOptions source;
  source.brokers = options.brokers;
  source.client_id = options.client_id;
  source.group = options.group;
  KafkaProperties owned = kafka::owned_consumer_properties(source);
  owned.insert(owned.end(), {{"enable.auto.commit", "false"},
                             {"enable.partition.eof", "true"},
                             {"statistics.interval.ms", "0"},
                             {"log.queue", "false"}});
  auto made = kafka::make_conf(kafka::consumer_properties(), options.properties, owned);
  if (!made) return made.error();
  const auto opened =
      kafka::open_blocking_client(kafka::Client::Role::kConsumer, made.value(), last_error);
  if (!opened) return opened.error();
  return kafka::Handle(opened.value());
}

class Checker {
 public:
  Checker(const KafkaCheckOptions& options, KafkaCheck& check) : options_(options), check_(check) {}

  Result<void> run() {
    if (auto described = describe_topics(); !described) return described;
    if (check_.description.empty()) return {};
    auto made = make_client(options_, &last_error_);
    if (!made) return made.error();
    handle_ = made.take();
    rd_kafka_poll_set_consumer(handle_.get());
    ask_the_coordinator();
    fetch();
    rd_kafka_consumer_close(handle_.get());
    return {};
  }

 private:
  void error(std::string text) { check_.errors.push_back(std::move(text)); }

  Result<void> describe_topics() {
    std::vector<std::string> topics = options_.topics;
    for (const std::string& written : {options_.dead_letter_topic, options_.presence_topic}) {
      if (!written.empty()) topics.push_back(written);
    }
    const auto answer = kafka_probe({.brokers = options_.brokers,
                                     .client_id = options_.client_id,
                                     .properties = options_.properties,
                                     .timeout_ms = options_.timeout_ms},
                                    topics);
    if (!answer) {
      if (answer.error().code == ErrorCode::kConfiguration) return answer.error();
      error(answer.error().message);
      return {};
    }
    check_.description = answer.value().description();
    evaluate(answer.value());
    return {};
  }

  void evaluate(const KafkaProbeAnswer& answer) {
    std::vector<std::string> missing;
    bool one_exists = false;
    for (const KafkaProbeAnswer::Topic& topic : answer.topics) {
      const bool dead_letters = topic.name == options_.dead_letter_topic;
      const bool presence = topic.name == options_.presence_topic;
      if (topic.forbidden) {
        error("the topic " + topic.name + " cannot be described: the ACL lacks Describe on it");
      } else if (!topic.error.empty()) {
        error("the topic " + topic.name + ": " + topic.error);
      } else if (topic.partitions == 0 && dead_letters) {
        check_.warnings.push_back("the dead-letter topic " + topic.name +
                                  " does not exist: records that cannot be routed are not kept");
      } else if (topic.partitions == 0 && presence) {
        check_.warnings.push_back("the presence topic " + topic.name +
                                  " does not exist: presence events are not written");
      } else if (topic.partitions == 0) {
        missing.push_back(topic.name);
      } else if (!dead_letters && !presence) {
        partitions_[topic.name] = topic.partitions;
      }
      one_exists = one_exists || (!dead_letters && !presence && topic.partitions > 0);
    }
    for (const std::string& name : missing) {
      if (one_exists)
        check_.warnings.push_back("the topic " + name + " does not exist");
      else
        error("the topic " + name + " does not exist, and no other topic of KAFKA_TOPICS does");
    }
  }

  void ask_the_coordinator() {
    const Partitions asked(rd_kafka_topic_partition_list_new(1));
    for (const auto& [name, count] : partitions_) {
      rd_kafka_topic_partition_list_add(asked.get(), name.c_str(), 0);
    }
    if (asked->cnt == 0) return;
    const auto code =
        rd_kafka_committed(handle_.get(), asked.get(), static_cast<int>(options_.timeout_ms));
    const std::string group = "the group " + options_.group;
    if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED || group_is_forbidden()) {
      return error(group + " cannot be described: the ACL lacks Describe on the group");
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return error(group + ": its coordinator does not answer: " + why(code));
    }
    try_commit(group);
  }

  // A rejection by the coordinator arrives as an error message of the consumer.
  bool group_is_forbidden() {
    const kafka::Message message(rd_kafka_consumer_poll(handle_.get(), 0));
    return message && message->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
  }

  // Tests the Read permission on the group, which joining needs, with a commit. The commit names a
  // topic that does not exist and therefore changes nothing: the coordinator checks the group's ACL
  // first.
  void try_commit(const std::string& group) {
    const kafka::Queue queue(rd_kafka_queue_new(handle_.get()));
    const Partitions offsets(rd_kafka_topic_partition_list_new(1));
    const std::string topic = "hermod-check-" + random_uuid();
    rd_kafka_topic_partition_list_add(offsets.get(), topic.c_str(), 0)->offset = 0;
    rd_kafka_commit_queue(handle_.get(), offsets.get(), queue.get(), nullptr, nullptr);
    const Event event(rd_kafka_queue_poll(queue.get(), static_cast<int>(options_.timeout_ms)));
    if (!event) return error(group + ": its coordinator does not answer a commit");
    auto code = rd_kafka_event_error(event.get());
    const auto* const answered = rd_kafka_event_topic_partition_list(event.get());
    if (answered != nullptr && answered->cnt > 0 && answered->elems[0].err != 0) {
      code = answered->elems[0].err;
    }
    if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
      error(group + " cannot be joined: the ACL lacks Read on the group");
    }
  }

  // Fetches from the end of each partition. An empty response proves that fetching works.
  void fetch() {
    const Partitions assigned(rd_kafka_topic_partition_list_new(1));
    for (const auto& [name, count] : partitions_) {
      for (int32_t i = 0; i < count; ++i) {
        rd_kafka_topic_partition_list_add(assigned.get(), name.c_str(), i)->offset =
            RD_KAFKA_OFFSET_END;
        ++open_[name];
      }
    }
    if (open_.empty()) return;
    rd_kafka_assign(handle_.get(), assigned.get());
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.timeout_ms);
    while (!open_.empty() && std::chrono::steady_clock::now() < until) {
      const kafka::Message message(rd_kafka_consumer_poll(handle_.get(), kPollMs));
      if (message && message->rkt != nullptr) heard(*message);
    }
    for (const auto& [name, count] : open_) {
      error("the topic " + name + ": " + std::to_string(count) + " of " +
            std::to_string(partitions_[name]) +
            " partitions cannot be fetched from: " + why(RD_KAFKA_RESP_ERR__TIMED_OUT));
    }
  }

  void heard(const rd_kafka_message_t& message) {
    const std::string name = rd_kafka_topic_name(message.rkt);
    const auto found = open_.find(name);
    if (found == open_.end()) return;
    if (message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
      error("the topic " + name + " cannot be fetched from: the ACL lacks Read on the topic");
      open_.erase(found);
    } else if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      if (--found->second == 0) open_.erase(found);
    }
  }

  std::string why(rd_kafka_resp_err_t code) const {
    return last_error_.empty() ? rd_kafka_err2str(code) : last_error_;
  }

  const KafkaCheckOptions& options_;
  KafkaCheck& check_;
  // The reason for a request that is not answered. Declared before the client, which writes it.
  std::string last_error_;
  kafka::Handle handle_;
  std::map<std::string, int32_t> partitions_;  // number of partitions of each existing topic
  std::map<std::string, int32_t> open_;        // per topic, the partitions not yet fetched from
};

}  // namespace

Result<KafkaCheck> check_kafka(const KafkaCheckOptions& options) {
  KafkaCheck check;
  if (auto ran = Checker(options, check).run(); !ran) return ran.error();
  return check;
}

}  // namespace hermod
