// KafkaSource reports kUp while it consumes, and the reason while it does not: a missing or revoked
// permission, an advertised address that cannot be reached, another member with the same
// group.instance.id.

#include <librdkafka/rdkafka.h>

#include "source_fixture.h"

namespace hermod {
namespace {

using Right = test::KafkaServer::Right;
using std::chrono::seconds;

class SourceReadiness : public test::SourceTest {
 protected:
  static bool says(const Reader& reader, const std::string& words) {
    const SourceStatus status = reader.source->status();
    return !status.up && status.reason.find(words) != std::string::npos;
  }
  bool run_until_up(const Reader& reader) {
    return run_until([&] { return reader.source->status().up; }) ||
           (ADD_FAILURE() << reader.source->status().reason, false);
  }
  // Runs until the reason contains these words.
  void run_until_it_says(const Reader& reader, const std::string& words) {
    if (!run_until([&] { return says(reader, words); })) {
      ADD_FAILURE() << reader.source->status().reason << "\nexpected: " << words;
    }
  }
  // Expects that the source is up and hands out a record.
  void expect_consuming(Reader& reader, const std::string& topic) {
    ASSERT_TRUE(run_until_up(reader));
    const size_t had = reader.spy.records.size();
    publish(shared_server(), topic, "proof");
    run_until([&] { return reader.spy.records.size() > had; });
  }
  std::unique_ptr<Reader> started(const KafkaSourceOptions& options) {
    auto reader = make_reader(options);
    settle_all(*reader);
    start(*reader);
    return reader;
  }
};

TEST_F(SourceReadiness, TheRightToReadIsTakenAndGivenBack) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 2));
  auto reader = started(options());
  expect_consuming(*reader, topic_);
  ASSERT_TRUE(shared_server().deny(Right::kReadTopic, topic_));
  run_until_it_says(*reader, "not authorised to read the topic " + topic_ + ": grant READ");
  EXPECT_EQ(reader->spy.states.back(), SourceListener::State::kDown);
  // librdkafka reports the error once; the reason must last as long as the cause.
  const int64_t since = clock_.steady_ms();
  run_until([&] { return clock_.steady_ms() - since > 4000; });
  EXPECT_TRUE(says(*reader, "grant READ")) << reader->source->status().reason;
  ASSERT_TRUE(shared_server().restore(Right::kReadTopic, topic_));
  ASSERT_TRUE(run_until_up(*reader)) << "an idle topic can be fetched again";
  expect_consuming(*reader, topic_);
  end(*reader);
}

TEST_F(SourceReadiness, NoRightToReadOneTopicFromTheStart) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  ASSERT_TRUE(shared_server().create_topic(other_topic_, 1));
  ASSERT_TRUE(shared_server().deny(Right::kReadTopic, other_topic_));
  auto both = options();
  both.topics = {topic_, other_topic_};
  auto reader = started(both);
  run_until_it_says(*reader, "not authorised to read the topic " + other_topic_);
  publish(shared_server(), topic_, "goes on");
  run_until([&] { return reader->spy.records.size() == 1; });
  EXPECT_FALSE(reader->source->status().up) << "a record of another topic proves nothing";
  ASSERT_TRUE(shared_server().restore(Right::kReadTopic, other_topic_));
  expect_consuming(*reader, other_topic_);
  end(*reader);
}

TEST_F(SourceReadiness, ATopicThatMayNotBeDescribedIsNotMissing) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  ASSERT_TRUE(shared_server().deny(Right::kDescribeTopic, topic_));
  auto reader = started(options());
  run_until_it_says(*reader, "not authorised to describe the topic " + topic_);
  EXPECT_TRUE(reader->source->status().missing_topics.empty());
  ASSERT_TRUE(shared_server().restore(Right::kDescribeTopic, topic_));
  expect_consuming(*reader, topic_);
  // The same while the source runs.
  ASSERT_TRUE(shared_server().deny(Right::kDescribeTopic, topic_));
  run_until_it_says(*reader, "not authorised to describe the topic " + topic_);
  EXPECT_TRUE(reader->source->status().missing_topics.empty());
  ASSERT_TRUE(shared_server().restore(Right::kDescribeTopic, topic_));
  expect_consuming(*reader, topic_);
  end(*reader);
}

TEST_F(SourceReadiness, NoRightToTheGroup) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  const std::string group = options().group;
  ASSERT_TRUE(shared_server().deny(Right::kReadGroup, group));
  auto reader = started(options());
  run_until_it_says(*reader, "not authorised to join the consumer group " + group + ": grant READ");
  EXPECT_EQ(reader->source->status().joined_for_ms, -1);
  ASSERT_TRUE(shared_server().restore(Right::kReadGroup, group));
  expect_consuming(*reader, topic_);
  run_until([&] { return reader->source->status().joined_for_ms >= 0; });
  // The same while the source runs: the broker rejects the heartbeats, so the session ends after
  // six seconds.
  ASSERT_TRUE(shared_server().deny(Right::kReadGroup, group));
  run_until_it_says(*reader, "not authorised to join the consumer group " + group);
  ASSERT_TRUE(shared_server().restore(Right::kReadGroup, group));
  expect_consuming(*reader, topic_);
  end(*reader);
}

TEST_F(SourceReadiness, AWrongAdvertisedAddressIsNamed) {
  test::KafkaServer server("advertised.listeners=PLAINTEXT://127.0.0.1:9\n");
  ASSERT_TRUE(server.start());
  auto wrong = options();
  wrong.brokers = server.bootstrap();
  auto reader = started(wrong);
  run_until_it_says(*reader, "127.0.0.1:9, cannot be reached");
  EXPECT_TRUE(says(*reader, "advertised.listeners"));
  EXPECT_TRUE(reader->spy.states.empty()) << "the source was never up";
  end(*reader, 0);
}

TEST_F(SourceReadiness, AMemberWithoutAPartitionIsUp) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  auto first = started(options());
  ASSERT_TRUE(run_until_up(*first));
  auto second = started(options());
  ASSERT_TRUE(run_until_up(*second));
  run_until([&] {
    return first->source->status().partitions_assigned +
               second->source->status().partitions_assigned ==
           1;
  });
  run_until([&] { return second->source->status().joined_for_ms >= 0; });
  EXPECT_TRUE(first->source->status().up);
  EXPECT_EQ(first->spy.states.size(), 1u) << "a rebalance is not an outage";
  end(*second);
  end(*first);
}

// Another member of the group with the same group.instance.id. It does not rejoin after it was
// fenced.
class Rival {
 public:
  Rival(const KafkaSourceOptions& options, const std::string& instance) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    const auto set = [conf](const char* name, const std::string& value) {
      rd_kafka_conf_set(conf, name, value.c_str(), nullptr, 0);
    };
    set("bootstrap.servers", options.brokers);
    set("group.id", options.group);
    set("group.instance.id", instance);
    set("session.timeout.ms", "6000");
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
    handle_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf, nullptr, 0);
    rd_kafka_poll_set_consumer(handle_);
    rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, options.topics[0].c_str(), RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(handle_, topics);
    rd_kafka_topic_partition_list_destroy(topics);
  }
  ~Rival() {
    rd_kafka_consumer_close(handle_);
    rd_kafka_destroy(handle_);
  }
  void poll() {
    if (rd_kafka_message_t* message = rd_kafka_consumer_poll(handle_, 0)) {
      rd_kafka_message_destroy(message);
    }
  }

 private:
  rd_kafka_t* handle_;
};

TEST_F(SourceReadiness, AFencedMemberComesBackWithANewClient) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  auto fixed = options();
  fixed.properties = {{"group.instance.id", "one"}};
  auto reader = make_reader(fixed);
  start(*reader);
  publish(shared_server(), topic_, "open");
  run_until([&] { return reader->spy.records.size() == 1; });
  ASSERT_TRUE(run_until_up(*reader));
  {
    Rival rival(fixed, "one");
    run_until([&] {
      rival.poll();
      return says(*reader, "group.instance.id");
    });
    EXPECT_EQ(reader->spy.revoked.size(), 1u);
    EXPECT_EQ(reader->spy.views[0].value, "open") << "open records stay readable after the fencing";
    EXPECT_EQ(reader->source->status().open, 1u);
  }
  // The old client exists as long as one of its records is held.
  reader->source->done(reader->spy.records[0].position);
  reader->spy.holds.clear();
  settle_all(*reader);
  expect_consuming(*reader, topic_);
  EXPECT_TRUE(log_.has("a new Kafka client joins the group"));
  end(*reader);
}

TEST_F(SourceReadiness, AFencedMemberCanBeClosedAtAnyMoment) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  for (int moment = 0; moment < 3; ++moment) {
    auto fixed = options();
    fixed.properties = {{"group.instance.id", "one"}};
    fixed.leave_timeout_ms = 60'000;  // closing must not wait for it
    auto reader = make_reader(fixed);
    start(*reader);
    publish(shared_server(), topic_, "open");
    run_until([&] { return !reader->spy.records.empty(); });
    ASSERT_TRUE(run_until_up(*reader));
    Rival rival(fixed, "one");
    run_until([&] {
      rival.poll();
      return !reader->source->status().up;
    });
    // Closes 0: with an open record; 1: while the old client closes; 2: before the new client is
    // created.
    if (moment > 0) {
      for (const auto& record : reader->spy.records) reader->source->done(record.position);
      reader->spy.holds.clear();
      settle();
    }
    const int64_t since = clock_.steady_ms();
    if (moment > 1) run_until([&] { return clock_.steady_ms() - since > 300; });
    end(*reader, 0);
  }
}

}  // namespace
}  // namespace hermod
