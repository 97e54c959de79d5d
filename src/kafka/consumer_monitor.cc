#include "kafka/consumer_monitor.h"

#include <utility>

#include "kafka/kafka_owned.h"
#include "kafka/kafka_refusal.h"
#include "kafka/kafka_stats.h"

namespace hermod::kafka {

void ConsumerMonitor::on_client_error(int code, std::string_view text) {
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    health_.on_all_brokers_down();
  } else {
    health_.on_error(text);
  }
}

void ConsumerMonitor::on_error_message(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    lag_.on_end({rd_kafka_topic_name(message.rkt), message.partition}, message.offset);
    health_.on_answer();
    return;
  }
  // MissingTopics reports a missing topic, for both ways of reading.
  if (message.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return;
  health_.on_refusal(make_refusal(message));
  log_.write_limited("kafka_source", LogLevel::kError, "Kafka returned an error to the consumer",
                     {{"error", rd_kafka_message_errstr(&message)},
                      {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                      {"error_detail.operation", "source.consume"}});
}

void ConsumerMonitor::on_stats(std::string_view json, size_t waiting) {
  auto stats = parse_stats(json);
  if (!stats) {
    log_.write_limited("kafka_stats", LogLevel::kWarning, stats.error().message, {});
    return;
  }
  health_.on_stats(stats.value());
  lag_.on_stats(std::move(stats.value().partitions), waiting == 0);
  missing_.log_changes(health_.missing());
}

void ConsumerMonitor::on_fatal(std::string_view text) {
  log_.write(LogLevel::kCritical, "fatal error of the Kafka client, replacing it",
             {{"error", text},
              {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
              {"error_detail.operation", "source.consume"}});
  health_.on_fatal(text);
}

}  // namespace hermod::kafka
