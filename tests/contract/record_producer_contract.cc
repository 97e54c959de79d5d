// The contract of RecordProducer, run against MemoryRecordProducer and against KafkaRecordProducer
// with the embedded broker.

#include <memory>

#include "kafka/embedded_kafka.h"
#include "kafka_source/kafka_record_producer.h"
#include "source/memory_record_producer.h"
#include "support/fake_clock.h"
#include "support/loop_test.h"
#include "support/recording_log.h"

namespace hermod {
namespace {

const std::vector<std::string> kTwoTopics = {"first", "second"};

class MemoryFixture {
 public:
  std::unique_ptr<RecordProducer> make(uv_loop_t* loop) {
    return std::make_unique<MemoryRecordProducer>(loop, clock_, topics_);
  }

 private:
  test::FakeClock clock_;
  MemoryTopics topics_{{.topics = kTwoTopics, .partitions = 2}};
};

class KafkaFixture {
 public:
  std::unique_ptr<RecordProducer> make(uv_loop_t* loop) {
    KafkaRecordProducerOptions options;
    options.client.brokers = broker_->bootstrap();
    options.client.client_id = "contract";
    options.topics = kTwoTopics;
    return std::make_unique<KafkaRecordProducer>(loop, log_, options);
  }

 private:
  test::RecordingLog log_;
  std::unique_ptr<EmbeddedKafka> broker_ =
      EmbeddedKafka::start({.topics = kTwoTopics, .partitions = 2}).take();
};

template <class F>
class RecordProducerContract : public test::LoopTest {
 protected:
  void TearDown() override {
    if (producer_) close();
    LoopTest::TearDown();
  }
  Result<void> send(uint32_t topic, const std::string& key = "key") {
    return producer_->send(topic, key, "value", [this](const Result<RecordPosition>& position) {
      answers_.push_back(position);
    });
  }
  void close() {
    bool closed = false;
    producer_->close([&] { closed = true; });
    EXPECT_FALSE(closed) << "`closed` called inside close()";
    run_until([&] { return closed; });
    producer_.reset();
  }

  F fixture_;
  std::unique_ptr<RecordProducer> producer_ = fixture_.make(loop());
  std::vector<Result<RecordPosition>> answers_;
};

using Fixtures = ::testing::Types<MemoryFixture, KafkaFixture>;
TYPED_TEST_SUITE(RecordProducerContract, Fixtures);

TYPED_TEST(RecordProducerContract, ReportsThePositionOfEachRecord) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(this->send(1));
  EXPECT_TRUE(this->answers_.empty()) << "`done` called inside send()";
  this->run_until([&] { return this->answers_.size() == 3; });
  const int32_t partition = this->answers_[0].value().partition;
  for (int64_t i = 0; i < 3; ++i) {
    const RecordPosition& position = this->answers_[static_cast<size_t>(i)].value();
    EXPECT_EQ(position.topic, kTwoTopics[1]);
    EXPECT_EQ(position.partition, partition) << "records with the same key share a partition";
    EXPECT_EQ(position.offset, i);
  }
}

TYPED_TEST(RecordProducerContract, RejectsAnUnknownTopicIndex) {
  const auto sent = this->send(static_cast<uint32_t>(kTwoTopics.size()));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kNotFound);
  this->settle();
  EXPECT_TRUE(this->answers_.empty());
}

TYPED_TEST(RecordProducerContract, MaySendInsideDone) {
  ASSERT_TRUE(this->producer_->send(0, "key", "value", [this](const Result<RecordPosition>&) {
    ASSERT_TRUE(this->send(0));
    EXPECT_TRUE(this->answers_.empty());
  }));
  this->run_until([&] { return !this->answers_.empty(); });
  EXPECT_EQ(this->answers_[0].value().offset, 1);
}

TYPED_TEST(RecordProducerContract, AnswersEachRecordBeforeItIsClosed) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(this->send(0));
  bool closed = false;
  this->producer_->close([&] { closed = true; });
  EXPECT_TRUE(this->answers_.empty()) << "`done` called inside close()";
  const auto refused = this->send(0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kServiceUnavailable);
  this->run_until([&] { return closed; });
  ASSERT_EQ(this->answers_.size(), 3u);
  for (const auto& answer : this->answers_) {
    EXPECT_TRUE(answer || answer.error().code == ErrorCode::kServiceUnavailable);
  }
  this->producer_.reset();
}

TYPED_TEST(RecordProducerContract, ClosesUnused) {
  this->close();
}

}  // namespace
}  // namespace hermod
