// KafkaRecordProducer on a real Kafka: each record has one result, even without a broker.

#include "kafka_source/kafka_record_producer.h"

#include "source_fixture.h"

namespace hermod {
namespace {

class SourceProducer : public test::SourceTest {
 protected:
  KafkaRecordProducerOptions producer_options(const std::string& brokers) const {
    return {.client = {.brokers = brokers,
                       .client_id = "producer",
                       .properties = {},
                       .acknowledge_timeout_ms = 1000},
            .topics = {topic_}};
  }
  void close(KafkaRecordProducer& producer) {
    bool closed = false;
    producer.close([&] { closed = true; });
    EXPECT_FALSE(closed);
    run_until([&] { return closed; });
  }
};

TEST_F(SourceProducer, ReturnsThePosition) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  KafkaRecordProducerOptions options = producer_options(shared_server().bootstrap());
  options.client.acknowledge_timeout_ms = 10'000;  // a loaded machine may need more than a second
  KafkaRecordProducer producer(loop(), log_, options);
  std::vector<int64_t> offsets;
  for (int i = 0; i < 3; ++i) {
    const auto sent = producer.send(0, "key", "value", [&](const Result<RecordPosition>& at) {
      ASSERT_TRUE(at.ok()) << at.error().message;
      offsets.push_back(at.value().offset);
    });
    ASSERT_TRUE(sent.ok()) << sent.error().message;
  }
  EXPECT_TRUE(offsets.empty());  // `done` is never called inside send()
  run_until([&] { return offsets.size() == 3; });
  EXPECT_EQ(offsets, (std::vector<int64_t>{0, 1, 2}));
  close(producer);
}

TEST_F(SourceProducer, WithoutABrokerEachRecordFailsInTime) {
  KafkaRecordProducer producer(loop(), log_, producer_options("127.0.0.1:1"));
  std::string why;
  ASSERT_TRUE(producer
                  .send(0, "key", "value",
                        [&](const Result<RecordPosition>& at) { why = at.error().message; })
                  .ok());
  run_until([&] { return !why.empty(); });
  EXPECT_NE(why.find("not acknowledged"), std::string::npos) << why;
  close(producer);
}

TEST_F(SourceProducer, RejectsRecordsAtTheLimit) {
  KafkaRecordProducerOptions options = producer_options("127.0.0.1:1");
  options.open_max = 2;
  KafkaRecordProducer producer(loop(), log_, options);
  int given_up = 0;
  const auto count = [&](const Result<RecordPosition>& position) {
    EXPECT_EQ(position.error().code, ErrorCode::kServiceUnavailable);
    ++given_up;
  };
  EXPECT_TRUE(producer.send(0, "key", "value", count).ok());
  EXPECT_TRUE(producer.send(0, "key", "value", count).ok());
  const auto third = producer.send(0, "key", "value", count);
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().code, ErrorCode::kRateLimit);
  close(producer);  // while both records are not acknowledged
  EXPECT_EQ(given_up, 2);
  EXPECT_EQ(producer.send(0, "key", "value", count).error().code, ErrorCode::kServiceUnavailable);
}

TEST_F(SourceProducer, ClosesUnused) {
  KafkaRecordProducer producer(loop(), log_, producer_options("127.0.0.1:1"));
  close(producer);
}

}  // namespace
}  // namespace hermod
