#include <librdkafka/rdkafka.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "kit/clock.h"
#include "publish_load/envelope.h"
#include "publish_load/load.h"
#include "publish_load/pace.h"

namespace hermod::bench {
namespace {

constexpr int kFlushMs = 60'000;

void answered_cb(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto& result = *static_cast<LoadResult*>(opaque);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++result.failed;
    return;
  }
  ++result.acknowledged;
}

void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
  char why[256];
  if (rd_kafka_conf_set(conf, name, value.c_str(), why, sizeof why) == RD_KAFKA_CONF_OK) return;
  std::fprintf(stderr, "%s\n", why);
  std::exit(1);
}

rd_kafka_t* make_producer(const LoadOptions& options, LoadResult& result) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", options.server);
  set(conf, "queue.buffering.max.ms", std::to_string(options.linger_ms));
  set(conf, "queue.buffering.max.messages", "200000");
  set(conf, "socket.nagle.disable", "true");
  set(conf, "partitioner", "murmur2_random");
  rd_kafka_conf_set_opaque(conf, &result);
  rd_kafka_conf_set_dr_msg_cb(conf, answered_cb);
  char why[256];
  rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  if (producer != nullptr) return producer;
  std::fprintf(stderr, "%s\n", why);
  std::exit(1);
}

// Fetches the topic's metadata, so that the first record does not wait for it.
void get_acquainted(rd_kafka_t* producer, rd_kafka_topic_t* topic) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto error = rd_kafka_metadata(producer, 0, topic, &metadata, 30'000);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    std::fprintf(stderr, "%s\n", rd_kafka_err2str(error));
    std::exit(1);
  }
  rd_kafka_metadata_destroy(metadata);
}

void produce(rd_kafka_t* producer, rd_kafka_topic_t* topic, const std::string& key,
             const std::string& value) {
  while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                          const_cast<char*>(value.data()), value.size(), key.data(), key.size(),
                          nullptr) != 0) {
    if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      std::fprintf(stderr, "%s\n", rd_kafka_err2str(rd_kafka_last_error()));
      std::exit(1);
    }
    rd_kafka_poll(producer, 10);
  }
}

}  // namespace

LoadResult load_kafka(const LoadOptions& options) {
  LoadResult result;
  rd_kafka_t* producer = make_producer(options, result);
  rd_kafka_topic_t* topic = rd_kafka_topic_new(producer, options.topic.c_str(), nullptr);
  get_acquainted(producer, topic);

  const uint64_t run = (uint64_t{std::random_device()()} << 32) | std::random_device()();
  const size_t bytes = options.bytes == 0 ? 600 : options.bytes;
  std::vector<std::string> users;
  std::vector<Envelope> envelopes;
  for (uint64_t i = 0; i < options.users; ++i) {
    users.push_back(options.user(i));
    envelopes.emplace_back(users.back(), options.topic, bytes, run);
  }

  const Pace pace(options.rate, options.count);
  const int64_t began_ns = steady_ns();
  for (uint64_t sent = 0; sent < options.count; ++sent) {
    rd_kafka_poll(producer, 0);
    if (options.rate > 0) sleep_until(pace.due_ns(sent));
    const Turn turn = turn_of(sent, options.users, options.burst);
    produce(producer, topic, users[turn.user],
            envelopes[turn.user].stamp(sent, turn.sequence, wall_ns()));
  }
  rd_kafka_flush(producer, kFlushMs);
  result.took_ns = steady_ns() - began_ns;
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(producer);
  return result;
}

}  // namespace hermod::bench
