// The events of KafkaSource: rebalances, errors, the brokers' state, the results of dead letters.

#include <algorithm>
#include <cassert>
#include <utility>

#include "kafka/kafka_owned.h"
#include "kafka/kafka_refusal.h"
#include "kafka_source/kafka_source.h"

namespace hermod {

std::optional<uint32_t> KafkaSource::topic_index(std::string_view name) const {
  const auto found = std::ranges::find(options_.topics, name);
  if (found == options_.topics.end()) return std::nullopt;
  return static_cast<uint32_t>(found - options_.topics.begin());
}

void KafkaSource::on_rebalance(int code, rd_kafka_topic_partition_list_t* partitions) {
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    on_assigned(*partitions);
  } else {
    on_partitions_revoked(*partitions);
  }
}

void KafkaSource::on_assigned(const rd_kafka_topic_partition_list_t& partitions) {
  for (int i = 0; i < partitions.cnt; ++i) {
    const auto topic = topic_index(partitions.elems[i].topic);
    if (!topic) continue;
    const PartitionId id{*topic, partitions.elems[i].partition};
    if (!assignment_.has(id)) assignment_.add(id);
  }
  consumer_.assign(partitions);
  health_.on_answer();
  log_.info("Kafka partitions assigned", {{"count", partitions.cnt}});
}

void KafkaSource::on_partitions_revoked(const rd_kafka_topic_partition_list_t& partitions) {
  store_offsets();  // librdkafka commits them when it unassigns the partitions
  for (int i = 0; i < partitions.cnt; ++i) {
    const auto topic = topic_index(partitions.elems[i].topic);
    if (!topic) continue;
    const PartitionId id{*topic, partitions.elems[i].partition};
    if (!assignment_.has(id)) continue;
    drop_held(id);
    listener_->on_revoked(id.topic, id.partition, assignment_.remove(id));
  }
  consumer_.unassign(partitions);
  log_.info("Kafka partitions revoked", {{"count", partitions.cnt}});
}

void KafkaSource::drop_held(PartitionId id) {
  std::erase_if(held_, [this, id](rd_kafka_message_t* message) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || message->partition != id.partition)
      return false;
    if (options_.topics[id.topic] != rd_kafka_topic_name(message->rkt)) return false;
    rd_kafka_message_destroy(message);
    return true;
  });
}

void KafkaSource::on_client_error(int code, std::string_view text) {
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    health_.on_all_brokers_down();
  } else {
    health_.on_error(text);
  }
  if (code == RD_KAFKA_RESP_ERR__FATAL) on_fatal(text);
}

void KafkaSource::on_message_error(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    lag_.on_end({rd_kafka_topic_name(message.rkt), message.partition}, message.offset);
    health_.on_answer();
    return report_state();
  }
  // MissingTopics reports a missing topic, for both ways of reading.
  if (message.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return;
  health_.on_refusal(kafka::make_refusal(message));
  log_.write_limited("kafka_source", LogLevel::kError, "Kafka returned an error to the consumer",
                     {{"error", rd_kafka_message_errstr(&message)},
                      {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                      {"error_detail.operation", "source.consume"}});
  if (const std::string fatal = consumer_.fatal_error(); !fatal.empty()) on_fatal(fatal);
  report_state();
}

// librdkafka never consumes again with this client. Its partitions count as revoked, and a new
// client follows when all records of the old one are released.
void KafkaSource::on_fatal(std::string_view why) {
  if (phase_ != Phase::kRunning) return;
  log_.write(LogLevel::kCritical, "fatal error of the Kafka client, replacing it",
             {{"error", why},
              {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
              {"error_detail.operation", "source.consume"}});
  health_.on_fatal(why);
  report_state();
  phase_ = Phase::kFatal;
  for (const PartitionId& id : assignment_.ids()) {
    listener_->on_revoked(id.topic, id.partition, assignment_.remove(id));
  }
  for (rd_kafka_message_t* message : held_) rd_kafka_message_destroy(message);
  held_.clear();
  immediate_.ask();
}

void KafkaSource::maybe_renew() {
  if (phase_ != Phase::kFatal || renewal_.busy() || holds_ > 0) return;
  for (rd_kafka_message_t* message : held_) rd_kafka_message_destroy(message);
  held_.clear();
  renewal_.begin();
}

void KafkaSource::on_client_stats(std::string_view json) {
  if (phase_ == Phase::kFatal) return;
  auto stats = kafka::parse_stats(json);
  if (!stats) {
    log_.write_limited("kafka_stats", LogLevel::kWarning, stats.error().message, {});
    return;
  }
  health_.on_stats(stats.value());
  lag_.on_stats(std::move(stats.value().partitions), held_.empty() && consumer_.waiting() == 0);
  missing_.log_changes(health_.missing());
}

void KafkaSource::report_state() {
  if (phase_ != Phase::kRunning || health_.up() == reported_up_) return;
  reported_up_ = health_.up();
  listener_->on_source_state(
      reported_up_ ? SourceListener::State::kUp : SourceListener::State::kDown, health_.reason());
}

void KafkaSource::on_dead_letter_settled(const Position& position) {
  done(position);
  // drain() may be waiting for this space.
  if (may_hand_out()) immediate_.ask();
}

void KafkaSource::on_dead_letter_space() {
  reread_ = true;
  immediate_.ask();
}

void KafkaSource::on_dead_letters_failing() {
  immediate_.ask();
}

void KafkaSource::reread_deferred() {
  reread_ = false;
  store_offsets();
  for (const Assignment::Offset& from : assignment_.to_reread()) {
    drop_held(from.id);
    restart_partition(from.id);
    consumer_.seek(from);
  }
}

SourceStatus KafkaSource::status() const {
  SourceStatus status;
  const std::vector<PartitionId> assigned = assignment_.ids();
  status.up = health_.up();
  status.reason = health_.reason();
  status.brokers = options_.brokers;
  status.missing_topics = health_.missing();
  status.open = assignment_.unsettled();
  status.records_lost = losses_.total();
  status.oldest_held_ms = assignment_.oldest_held_ms(clock_.steady_ms());
  status.partitions_assigned = assigned.size();
  status.joined_for_ms = health_.joined_for_ms();
  if (dead_letters_) {
    DeadLetterStatus letters = dead_letters_->status();
    status.dead_letters_open = letters.open;
    status.dead_letters_written = letters.written;
    status.dead_letter_failures = letters.failures;
    status.dead_letter_error = std::move(letters.error);
  }
  status.dead_letters_logged = dead_letter_log_.written();
  for (const PartitionId& id : assigned) {
    const std::string& topic = options_.topics[id.topic];
    status.lag.push_back(
        {topic, id.partition, lag_.of({topic, id.partition}, assignment_.tracker(id)->next())});
  }
  return status;
}

}  // namespace hermod
