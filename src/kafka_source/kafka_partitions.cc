#include "kafka_source/kafka_partitions.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "kafka/kafka_owned.h"

namespace hermod {
namespace {

constexpr uint64_t kStoreAfterMs = 200;

}  // namespace

KafkaPartitions::KafkaPartitions(uv_loop_t* loop, const Uses& uses)
    : uses_(uses), store_timer_(loop, [this] { store(); }) {}

void KafkaPartitions::begin(SourceListener& listener) {
  assert(assignment_.ids().empty());
  listener_ = &listener;
  reread_asked_ = false;
  const KafkaSourceOptions& options = uses_.options;
  if (options.reading != KafkaSourceOptions::Reading::kAll) return;
  for (uint32_t topic = 0; topic < options.topics.size(); ++topic) {
    for (int32_t one = 0; one < options.partitions; ++one) assignment_.add({topic, one});
  }
}

std::optional<uint32_t> KafkaPartitions::topic_index(std::string_view name) const {
  const auto& topics = uses_.options.topics;
  const auto found = std::ranges::find(topics, name);
  if (found == topics.end()) return std::nullopt;
  return static_cast<uint32_t>(found - topics.begin());
}

std::optional<PartitionId> KafkaPartitions::id_of(const char* topic, int32_t partition) const {
  const auto index = topic_index(topic);
  if (!index) return std::nullopt;
  return PartitionId{*index, partition};
}

void KafkaPartitions::on_rebalance(int code, const rd_kafka_topic_partition_list_t& partitions) {
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    on_assigned(partitions);
  } else {
    on_revoked(partitions);
  }
}

void KafkaPartitions::on_assigned(const rd_kafka_topic_partition_list_t& partitions) {
  for (int i = 0; i < partitions.cnt; ++i) {
    const auto id = id_of(partitions.elems[i].topic, partitions.elems[i].partition);
    if (id && !assignment_.has(*id)) assignment_.add(*id);
  }
  uses_.consumer.assign(partitions);
  uses_.log.info("Kafka partitions assigned", {{"count", partitions.cnt}});
}

void KafkaPartitions::on_revoked(const rd_kafka_topic_partition_list_t& partitions) {
  store();  // librdkafka commits them when it unassigns the partitions
  for (int i = 0; i < partitions.cnt; ++i) {
    const auto id = id_of(partitions.elems[i].topic, partitions.elems[i].partition);
    if (!id || !assignment_.has(*id)) continue;
    uses_.fetched.drop(uses_.options.topics[id->topic], id->partition);
    listener_->on_revoked(id->topic, id->partition, assignment_.remove(*id));
  }
  uses_.consumer.unassign(partitions);
  uses_.log.info("Kafka partitions revoked", {{"count", partitions.cnt}});
}

void KafkaPartitions::revoke_all() {
  for (const PartitionId& id : assignment_.ids()) {
    listener_->on_revoked(id.topic, id.partition, assignment_.remove(id));
  }
  uses_.fetched.clear();
}

void KafkaPartitions::restart(PartitionId id) {
  const uint32_t ended = assignment_.begin_again(id);
  listener_->on_revoked(id.topic, id.partition, ended);
}

void KafkaPartitions::reread_if_asked() {
  if (!std::exchange(reread_asked_, false)) return;
  store();
  for (const Assignment::Offset& from : assignment_.to_reread()) {
    uses_.fetched.drop(uses_.options.topics[from.id.topic], from.id.partition);
    restart(from.id);
    uses_.consumer.seek(from);
  }
}

void KafkaPartitions::store_later() {
  if (!store_timer_.active()) store_timer_.start(kStoreAfterMs);
}

// After a fatal error no partition is assigned, so that no offset is stored.
void KafkaPartitions::store() {
  uses_.consumer.store(assignment_.take_moved());
  note_held();
}

}  // namespace hermod
