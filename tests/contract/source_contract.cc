// The contract of Source, run against MemorySource and against KafkaSource with the embedded
// broker.

#include <algorithm>
#include <memory>

#include "dead_letters/dead_letter_reader.h"
#include "kafka/blocking_producer.h"
#include "kafka/embedded_kafka.h"
#include "kafka_source/kafka_source.h"
#include "source/memory_source.h"
#include "support/loop_test.h"
#include "support/recording_log.h"
#include "support/source_listener.h"

namespace hermod {
namespace {

using test::SourceSpy;
using Next = SourceListener::Next;

const std::vector<std::string> kTopics = {"first", "second"};
constexpr char kDeadTopic[] = "dead";
constexpr uint32_t kPerIteration = 50;

struct SeenDeadLetter {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::string reason;
  std::string code;
};

// The topics, which outlive the sources, and a way to publish records to them.
class SourceFixture {
 public:
  virtual ~SourceFixture() = default;
  // Call before make_source(): settled records are then remembered over a restart. With Kafka this
  // costs seconds, because a group must form first.
  virtual void keep_commits() {}
  virtual std::unique_ptr<Source> make_source(uv_loop_t* loop) = 0;
  virtual void publish(uint32_t topic, std::optional<std::string> key,
                       std::optional<std::string> value, KafkaHeaders headers) = 0;
  virtual std::vector<SeenDeadLetter> letters() = 0;
};

class MemorySourceFixture final : public SourceFixture {
 public:
  std::unique_ptr<Source> make_source(uv_loop_t* loop) override {
    return std::make_unique<MemorySource>(
        loop, topics_, MemorySourceOptions{.records_per_iteration_max = kPerIteration});
  }
  void publish(uint32_t topic, std::optional<std::string> key, std::optional<std::string> value,
               KafkaHeaders headers) override {
    EXPECT_TRUE(topics_.append(
        topic, {clock_.wall_ms(), std::move(key), std::move(value), std::move(headers)}));
  }
  std::vector<SeenDeadLetter> letters() override {
    std::vector<SeenDeadLetter> seen;
    for (const MemoryDeadLetter& one : topics_.dead_letters()) {
      seen.push_back(
          {one.record.key, one.record.value, one.reason, std::string(to_string(one.code))});
    }
    return seen;
  }

 private:
  SystemClock clock_;
  MemoryTopics topics_{{.topics = kTopics, .partitions = 2}};
};

class KafkaSourceFixture final : public SourceFixture {
 public:
  KafkaSourceFixture() {
    broker_ =
        EmbeddedKafka::start({.topics = {kTopics[0], kTopics[1], kDeadTopic}, .partitions = 2})
            .take();
    producer_ = BlockingProducer::open({.brokers = broker_->bootstrap()}).take();
  }
  void keep_commits() override { reading_ = KafkaSourceOptions::Reading::kGroup; }
  std::unique_ptr<Source> make_source(uv_loop_t* loop) override {
    KafkaSourceOptions options;
    options.reading = reading_;
    options.partitions = broker_->partitions();
    options.brokers = broker_->bootstrap();
    options.topics = kTopics;
    options.group = "contract";
    options.client_id = "contract";
    options.dead_letter_topic = kDeadTopic;
    // The embedded broker waits for this long before it rebalances a group that a member left.
    options.properties = {{"session.timeout.ms", "4500"}, {"heartbeat.interval.ms", "500"}};
    options.fetch_wait_max_ms = 10;
    options.records_per_iteration_max = kPerIteration;
    return std::make_unique<KafkaSource>(loop, log_, clock_, options);
  }
  void publish(uint32_t topic, std::optional<std::string> key, std::optional<std::string> value,
               KafkaHeaders headers) override {
    const auto placed =
        producer_->produce({kTopics[topic], std::move(key), std::move(value), std::move(headers)});
    EXPECT_TRUE(placed) << placed.error().message;
  }
  std::vector<SeenDeadLetter> letters() override {
    std::vector<SeenDeadLetter> seen;
    const auto read = read_dead_letters(
        {.brokers = broker_->bootstrap(), .topic = kDeadTopic}, [&](const ReadDeadLetter& one) {
          seen.push_back({one.key, one.value, one.reason, one.error_code});
          return true;
        });
    EXPECT_TRUE(read) << read.error().message;
    return seen;
  }

 private:
  SystemClock clock_;
  test::RecordingLog log_;
  KafkaSourceOptions::Reading reading_ = KafkaSourceOptions::Reading::kAll;
  std::unique_ptr<EmbeddedKafka> broker_;
  std::unique_ptr<BlockingProducer> producer_;
};

template <class W>
class SourceContract : public test::LoopTest {
 protected:
  void begin() {
    source_ = fixture_.make_source(loop());
    ASSERT_TRUE(source_->start(spy_));
    EXPECT_TRUE(spy_.states.empty()) << "state reported inside start()";
    run_until([&] { return spy_.up(); });
  }
  void publish(const std::string& value, const std::string& key = "teacher") {
    fixture_.publish(0, key, value, {});
  }
  void wait_for(size_t count) {
    run_until([&] { return spy_.records.size() >= count; });
  }
  void end(uint64_t patience_ms) {
    leave(patience_ms);
    close();
  }
  void leave(uint64_t patience_ms) {
    int left = 0;
    source_->leave(patience_ms, [&] { ++left; });
    EXPECT_EQ(left, 0) << "`left` called inside leave()";
    run_until([&] { return left > 0; });
    settle();
    EXPECT_EQ(left, 1);
  }
  void close() {
    spy_.holds.clear();
    int closed = 0;
    source_->close([&] { ++closed; });
    EXPECT_EQ(closed, 0) << "`closed` called inside close()";
    run_until([&] { return closed > 0; });
    settle();
    EXPECT_EQ(closed, 1);
    source_.reset();
  }
  // Simulates a restart of the process: a new source reads the same topics.
  void restart() {
    end(0);
    spy_ = SourceSpy();
    begin();
  }

  W fixture_;
  SourceSpy spy_;
  std::unique_ptr<Source> source_;
};

using Worlds = ::testing::Types<MemorySourceFixture, KafkaSourceFixture>;
TYPED_TEST_SUITE(SourceContract, Worlds);

TYPED_TEST(SourceContract, HandsOutPublishedRecordsWithAllTheirParts) {
  this->begin();
  this->fixture_.publish(1, "key", "value",
                         {{"event_id", "id-1"},
                          {"event_type", "type"},
                          {"traceparent", "00-ab"},
                          {"tracestate", "x=y"},
                          {"other", "no"}});
  this->fixture_.publish(1, "key", std::nullopt, {});
  this->fixture_.publish(1, std::nullopt, "", {});
  this->wait_for(3);
  const auto find = [this](std::optional<std::string> value) {
    return *std::ranges::find(this->spy_.records, value, &test::SeenRecord::value);
  };
  const auto full = find("value");
  EXPECT_EQ(full.topic, kTopics[1]);
  EXPECT_EQ(full.position.topic, 1u);
  EXPECT_EQ(full.key, "key");
  EXPECT_EQ(full.event_id, "id-1");
  EXPECT_EQ(full.event_type, "type");
  EXPECT_EQ(full.traceparent, "00-ab");
  EXPECT_EQ(full.tracestate, "x=y");
  EXPECT_GT(full.timestamp_ms, 1'700'000'000'000);
  EXPECT_EQ(find(std::nullopt).key, "key");
  EXPECT_EQ(find("").key, std::nullopt);
  EXPECT_EQ(this->source_->status().open, 3u);
  for (const auto& record : this->spy_.records) this->source_->done(record.position);
  EXPECT_EQ(this->source_->status().open, 0u);
  this->end(5000);
}

TYPED_TEST(SourceContract, KeepsTheOrderOfAKeyAndBoundsATurn) {
  this->begin();
  constexpr size_t kCount = 3 * kPerIteration;
  for (size_t i = 0; i < kCount; ++i) this->publish(std::to_string(i));
  size_t in_turn = 0;
  size_t most = 0;
  this->spy_.on_record_do = [&](const Record& record) {
    most = std::max(most, ++in_turn);
    this->source_->done(record.position);
    return Next::kMore;
  };
  this->run_until([&] {
    in_turn = 0;
    return this->spy_.records.size() >= kCount;
  });
  EXPECT_LE(most, 2 * kPerIteration) << "an iteration may see the rest of one batch and the next";
  int64_t last = -1;
  for (const auto& record : this->spy_.records) {
    EXPECT_EQ(std::stoll(*record.value), last + 1);
    last = std::stoll(*record.value);
  }
  this->end(5000);
}

TYPED_TEST(SourceContract, StopsAtOnceAndGoesOnWithoutLossOrRepeat) {
  this->begin();
  this->spy_.on_record_do = [](const Record&) { return Next::kStop; };
  for (int i = 0; i < 20; ++i) this->publish(std::to_string(i));
  this->wait_for(1);
  this->settle();
  EXPECT_EQ(this->spy_.records.size(), 1u);
  for (size_t wanted = 2; wanted <= 5; ++wanted) {
    this->source_->resume();
    EXPECT_EQ(this->spy_.records.size(), wanted - 1) << "record handed out inside resume()";
    this->wait_for(wanted);
    this->settle();
    EXPECT_EQ(this->spy_.records.size(), wanted);
  }
  this->spy_.on_record_do = nullptr;
  this->source_->resume();
  this->wait_for(20);
  this->settle();
  EXPECT_EQ(this->spy_.records.size(), 20u);
  EXPECT_EQ(this->spy_.distinct().size(), 20u);
  this->end(0);
}

TYPED_TEST(SourceContract, ViewsStayValidWhileHeld) {
  this->begin();
  for (int i = 0; i < 10; ++i) this->publish(std::string(1000, static_cast<char>('a' + i)));
  this->wait_for(10);
  this->settle();
  for (size_t i = 10; i-- > 0;) {  // last first
    EXPECT_EQ(this->spy_.views[i].value, this->spy_.records[i].value);
    this->source_->done(this->spy_.records[i].position);
    EXPECT_EQ(this->spy_.views[i].value, this->spy_.records[i].value);
  }
  this->end(5000);
}

TYPED_TEST(SourceContract, UnsettledRecordsAreHandedOutAgainAfterARestart) {
  this->fixture_.keep_commits();
  this->begin();
  for (int i = 0; i < 10; ++i) this->publish(std::to_string(i));
  this->wait_for(10);
  // Settled out of order, and 4 stays open: records before 4 are done; records after it may be
  // handed out again.
  for (const size_t i : {9u, 0u, 2u, 1u, 3u, 5u, 8u}) {
    this->source_->done(this->spy_.records[i].position);
  }
  this->restart();
  this->wait_for(6);
  const auto again = this->spy_.distinct();
  EXPECT_TRUE(again.contains("4"));
  EXPECT_TRUE(again.contains("6"));
  EXPECT_TRUE(again.contains("7"));
  for (const char* done : {"0", "1", "2", "3"}) EXPECT_FALSE(again.contains(done)) << done;
  for (const auto& record : this->spy_.records) this->source_->done(record.position);
  this->end(5000);
}

TYPED_TEST(SourceContract, SettledRecordsAreNotHandedOutAgain) {
  this->fixture_.keep_commits();
  this->begin();
  this->publish("old");
  this->wait_for(1);
  this->source_->done(this->spy_.records[0].position);
  this->restart();
  this->publish("new");
  this->wait_for(1);
  EXPECT_EQ(this->spy_.values(), std::vector<std::string>{"new"});
  this->end(0);
}

TYPED_TEST(SourceContract, DeadLettersAreKeptAndTheirRecordsDone) {
  this->fixture_.keep_commits();
  this->begin();
  this->publish("good");
  this->fixture_.publish(0, "teacher", "bad", {{"event_id", "x"}});
  this->publish("good too");
  this->wait_for(3);
  this->source_->done(this->spy_.records[0].position);
  this->source_->dead_letter(this->spy_.records[1].position, {"invalid_json", ErrorCode::kParsing},
                             this->spy_.holds[this->spy_.records[1].position]);
  this->source_->done(this->spy_.records[2].position);
  this->run_until([&] { return this->source_->status().dead_letters_written == 1; });
  EXPECT_EQ(this->source_->status().open, 0u);
  EXPECT_EQ(this->source_->status().dead_letters_open, 0u);
  const auto letters = this->fixture_.letters();
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].key, "teacher");
  EXPECT_EQ(letters[0].value, "bad");
  EXPECT_EQ(letters[0].reason, "invalid_json");
  EXPECT_EQ(letters[0].code, "PARSING_ERROR");
  this->restart();
  this->publish("next");
  this->wait_for(1);
  EXPECT_EQ(this->spy_.values(), std::vector<std::string>{"next"});
  this->end(0);
}

TYPED_TEST(SourceContract, SettlingInsideOnRecordWorks) {
  this->begin();
  this->spy_.on_record_do = [&](const Record& record) {
    if (record.value == "bad") {
      this->source_->dead_letter(record.position, {"no_recipient", ErrorCode::kValidation},
                                 this->spy_.holds[record.position]);
    } else {
      this->source_->done(record.position);
    }
    return Next::kMore;
  };
  for (const char* value : {"a", "bad", "b"}) this->publish(value);
  this->wait_for(3);
  this->run_until([&] { return this->source_->status().dead_letters_written == 1; });
  EXPECT_EQ(this->source_->status().open, 0u);
  this->end(5000);
}

TYPED_TEST(SourceContract, SettlingTwiceOrAnUnknownRecordChangesNothing) {
  this->begin();
  this->publish("a");
  this->publish("b");
  this->wait_for(2);
  const Position first = this->spy_.records[0].position;
  this->source_->done(first);
  this->source_->done(first);
  this->source_->dead_letter(first, {"late", ErrorCode::kValidation}, this->spy_.holds[first]);
  Position other_epoch = this->spy_.records[1].position;
  other_epoch.epoch += 1000;
  this->source_->done(other_epoch);
  EXPECT_EQ(this->source_->status().open, 1u);
  this->settle();
  EXPECT_EQ(this->source_->status().dead_letters_written, 0u);
  this->end(0);
}

TYPED_TEST(SourceContract, LeavingWaitsForOpenRecordsAndHandsOutNoMore) {
  this->begin();
  this->publish("a");
  this->wait_for(1);
  bool left = false;
  this->source_->leave(60'000, [&] { left = true; });
  this->source_->leave(0, [] { FAIL() << "the callback of a second leave() must not be called"; });
  this->settle();
  EXPECT_FALSE(left);
  this->source_->done(this->spy_.records[0].position);
  this->run_until([&] { return left; });
  EXPECT_EQ(this->spy_.records.size(), 1u);
  this->close();
}

TYPED_TEST(SourceContract, ThePatienceOfLeavingEnds) {
  this->begin();
  this->publish("a");
  this->wait_for(1);
  this->end(20);
}

// A held record stays readable while it is settled and while its source leaves and closes.
TYPED_TEST(SourceContract, AHeldRecordOutlivesEverythingElse) {
  this->begin();
  for (int i = 0; i < 10; ++i) this->publish(std::string(1000, static_cast<char>('a' + i)));
  this->wait_for(10);
  for (size_t i = 0; i < 5; ++i) this->source_->done(this->spy_.records[i].position);
  this->leave(0);
  bool closed = false;
  this->source_->close([&] { closed = true; });
  this->source_->close([] { FAIL() << "the callback of a second close() must not be called"; });
  this->settle();
  EXPECT_FALSE(closed) << "records are held";
  for (size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(this->spy_.views[i].value, this->spy_.records[i].value);
    this->source_->done(this->spy_.records[i].position);
    this->source_->dead_letter(this->spy_.records[i].position, {"late", ErrorCode::kValidation},
                               this->spy_.holds[this->spy_.records[i].position]);
  }
  this->spy_.holds.erase(this->spy_.holds.begin());
  this->settle();
  EXPECT_FALSE(closed) << "nine records are held";
  this->spy_.holds.clear();
  this->run_until([&] { return closed; });
  this->source_.reset();
}

TYPED_TEST(SourceContract, CloseWithoutLeavingEndsTheWait) {
  this->begin();
  this->publish("a");
  this->wait_for(1);
  this->source_->leave(60'000, nullptr);
  this->close();
}

TYPED_TEST(SourceContract, CloseBeforeStart) {
  this->source_ = this->fixture_.make_source(this->loop());
  this->end(1000);
}

TYPED_TEST(SourceContract, StatusContainsTheLag) {
  this->begin();
  this->spy_.on_record_do = [](const Record&) { return Next::kStop; };
  for (int i = 0; i < 5; ++i) this->publish(std::to_string(i));
  this->wait_for(1);
  const auto lag = [this] {
    int64_t sum = 0;
    for (const auto& one : this->source_->status().lag) {
      if (one.records > 0) sum += one.records;
    }
    return sum;
  };
  this->run_until([&] { return lag() == 4; });
  EXPECT_EQ(this->source_->status().lag.size(), 4u);  // two topics of two partitions
  EXPECT_TRUE(this->source_->status().up);
  EXPECT_FALSE(this->source_->status().brokers.empty());
  EXPECT_TRUE(this->source_->status().missing_topics.empty());
  this->end(0);
}

TYPED_TEST(SourceContract, DeferredRecordsAreReadAgain) {
  this->begin();
  for (int i = 0; i < 10; ++i) this->publish(std::to_string(i));
  this->wait_for(10);
  const std::vector<test::SeenRecord> first = this->spy_.records;
  for (const int settled : {0, 1, 5}) this->source_->done(first[settled].position);
  for (const int deferred : {2, 6}) this->source_->defer(first[deferred].position);
  EXPECT_EQ(this->source_->status().open, 5u);
  EXPECT_EQ(this->source_->status().partitions_deferred, 1u);
  this->source_->read_deferred();
  EXPECT_EQ(this->spy_.records.size(), 10u) << "read inside the call";
  this->wait_for(18);
  ASSERT_EQ(this->spy_.revoked.size(), 1u);
  EXPECT_EQ(this->spy_.revoked[0].epoch, first[0].position.epoch);
  for (size_t i = 0; i < 8; ++i) {
    const test::SeenRecord& again = this->spy_.records[10 + i];
    EXPECT_EQ(again.value, std::to_string(i + 2));
    EXPECT_GT(again.position.epoch, first[0].position.epoch);
    this->source_->done(again.position);
  }
  for (const int open : {3, 4, 7, 8, 9}) this->source_->done(first[open].position);
  EXPECT_EQ(this->source_->status().open, 0u);
  EXPECT_EQ(this->source_->status().partitions_deferred, 0u);
  this->source_->read_deferred();  // none is left
  this->publish("last");
  this->wait_for(19);
  EXPECT_EQ(this->spy_.values().back(), "last");
  this->source_->done(this->spy_.records.back().position);
  this->end(5000);
  EXPECT_EQ(this->spy_.records.size(), 19u);
}

TYPED_TEST(SourceContract, DeferredRecordsComeAgainAfterARestart) {
  this->fixture_.keep_commits();
  this->begin();
  for (int i = 0; i < 4; ++i) this->publish(std::to_string(i));
  this->wait_for(4);
  for (const int settled : {0, 2, 3}) this->source_->done(this->spy_.records[settled].position);
  this->source_->defer(this->spy_.records[1].position);
  EXPECT_EQ(this->source_->status().open, 0u);
  this->restart();
  this->wait_for(3);
  EXPECT_EQ(this->spy_.values(), (std::vector<std::string>{"1", "2", "3"}));
  this->end(0);
}

}  // namespace
}  // namespace hermod
