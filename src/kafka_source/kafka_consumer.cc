#include "kafka_source/kafka_consumer.h"

#include <string_view>
#include <utility>

#include "kafka/kafka_owned.h"
#include "kafka_source/kafka_service_clients.h"

namespace hermod::kafka {
namespace {

using Options = KafkaSourceOptions;

size_t take(rd_kafka_queue_t* queue, std::span<rd_kafka_message_t*> messages) {
  const ssize_t count = rd_kafka_consume_batch_queue(queue, 0, messages.data(), messages.size());
  return count < 0 ? 0 : static_cast<size_t>(count);
}

bool cooperative(rd_kafka_t* handle) {
  const char* const protocol = rd_kafka_rebalance_protocol(handle);
  return protocol != nullptr && std::string_view(protocol) == "COOPERATIVE";
}

}  // namespace

Consumer::Consumer(uv_loop_t* loop, Log& log, const KafkaSourceOptions& options,
                   ClientListener& listener, std::function<void()> on_records)
    : loop_(loop),
      options_(options),
      client_(loop, log, listener),
      on_records_(std::move(on_records)) {}

Result<void> Consumer::start() {
  auto conf = make_consumer_conf(options_);
  if (!conf) return conf.error();
  if (auto opened = client_.open(Client::Role::kConsumer, conf.value()); !opened) return opened;
  records_ = std::make_unique<QueueWatch>(loop_, rd_kafka_queue_new(client_.handle()), on_records_);
  if (!records_->usable()) {
    release();
    client_.discard();
    return no_descriptor();
  }
  for (const std::string& topic : options_.topics) {
    topics_.push_back(rd_kafka_topic_new(client_.handle(), topic.c_str(), nullptr));
  }
  auto begun = begin_reading();
  if (!begun) {
    release();
    client_.discard();
  }
  return begun;
}

Result<void> Consumer::begin_reading() {
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(options_.topics.size())));
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  if (options_.reading == Options::Reading::kGroup) {
    for (const std::string& topic : options_.topics) {
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    }
    code = rd_kafka_subscribe(client_.handle(), list.get());
  } else {
    for (const std::string& topic : options_.topics) {
      for (int32_t partition = 0; partition < options_.partitions; ++partition) {
        // An explicit 0 instead of OFFSET_BEGINNING, which would cost a lookup of half a second at
        // the broker.
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = 0;
      }
    }
    forward(*list);
    code = rd_kafka_assign(client_.handle(), list.get());
  }
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return Error{ErrorCode::kConfiguration, std::string("Kafka: ") + rd_kafka_err2str(code)};
}

size_t Consumer::take_records(std::span<rd_kafka_message_t*> messages) {
  return take(records_->queue(), messages);
}

size_t Consumer::take_events(std::span<rd_kafka_message_t*> messages) {
  return take(client_.events(), messages);
}

size_t Consumer::waiting() const {
  return rd_kafka_queue_length(records_->queue());
}

std::string Consumer::fatal_error() const {
  char text[512] = "";
  if (rd_kafka_fatal_error(client_.handle(), text, sizeof text) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    return {};
  }
  return text;
}

void Consumer::forward(const rd_kafka_topic_partition_list_t& partitions) {
  for (int i = 0; i < partitions.cnt; ++i) {
    const rd_kafka_topic_partition_t& one = partitions.elems[i];
    Queue queue(rd_kafka_queue_get_partition(client_.handle(), one.topic, one.partition));
    if (queue) rd_kafka_queue_forward(queue.get(), records_->queue());
  }
}

void Consumer::assign(const rd_kafka_topic_partition_list_t& partitions) {
  // librdkafka drops the forwarding when a partition is revoked, so each assignment sets it again.
  forward(partitions);
  if (cooperative(client_.handle())) {
    Fault fault(rd_kafka_incremental_assign(client_.handle(), &partitions));
  } else {
    rd_kafka_assign(client_.handle(), &partitions);
  }
}

void Consumer::unassign(const rd_kafka_topic_partition_list_t& partitions) {
  if (cooperative(client_.handle())) {
    Fault fault(rd_kafka_incremental_unassign(client_.handle(), &partitions));
  } else {
    rd_kafka_assign(client_.handle(), nullptr);
  }
}

void Consumer::store(const std::vector<Assignment::Offset>& offsets) {
  if (offsets.empty() || options_.reading == Options::Reading::kAll) return;
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [id, offset] : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), options_.topics[id.topic].c_str(), id.partition)
        ->offset = offset;
  }
  rd_kafka_offsets_store(client_.handle(), list.get());
}

void Consumer::seek(const Assignment::Offset& to) {
  Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), options_.topics[to.id.topic].c_str(),
                                    to.id.partition)
      ->offset = to.offset;
  Fault fault(rd_kafka_seek_partitions(client_.handle(), list.get(), 0));
}

void Consumer::leave() {
  Fault fault(rd_kafka_consumer_close_queue(client_.handle(), client_.events()));
}

bool Consumer::left() const {
  return rd_kafka_consumer_closed(client_.handle()) != 0;
}

void Consumer::release() {
  records_.reset();
  for (rd_kafka_topic_t* topic : topics_) rd_kafka_topic_destroy(topic);
  topics_.clear();
}

void Consumer::close(Closed closed) {
  release();
  client_.close(std::move(closed));
}

}  // namespace hermod::kafka
