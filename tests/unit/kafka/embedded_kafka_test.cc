// The embedded broker with its source and producers: the tests that need no other process.
#include "kafka/embedded_kafka.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <set>

#include "dead_letters/dead_letter_reader.h"
#include "kafka/blocking_producer.h"
#include "kafka/kafka_probe.h"
#include "kafka_source/kafka_source.h"
#include "support/loop_test.h"
#include "support/recording_log.h"
#include "support/source_listener.h"

namespace hermod {
namespace {

// Returns the values of TCP_NODELAY of the broker's sockets: those with local port `port`.
std::multiset<int> delays_off(uint16_t port) {
  std::multiset<int> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int fd = std::stoi(entry.path().filename());
    sockaddr_in own{}, peer{};
    socklen_t own_length = sizeof own, peer_length = sizeof peer;
    int off = 0;
    socklen_t off_length = sizeof off;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&own), &own_length) == 0 &&
        getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_length) == 0 &&
        ntohs(own.sin_port) == port &&
        getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &off, &off_length) == 0) {
      found.insert(off);
    }
  }
  return found;
}

class EmbeddedKafkaTest : public test::LoopTest {
 protected:
  void SetUp() override {
    broker_ = EmbeddedKafka::start({.topics = {"first", "second", "dead"}, .partitions = 3}).take();
    producer_ = BlockingProducer::open({.brokers = broker_->bootstrap()}).take();
  }
  void TearDown() override {
    producer_.reset();
    bool closed = false;
    broker_->close(loop(), [&] { closed = true; });
    run_until([&] { return closed; });
    LoopTest::TearDown();
  }

  KafkaSourceOptions options() const {
    KafkaSourceOptions options;
    options.brokers = broker_->bootstrap();
    options.topics = {"first", "second"};
    options.client_id = "test";
    options.dead_letter_topic = "dead";
    options.reading = KafkaSourceOptions::Reading::kAll;
    options.partitions = broker_->partitions();
    options.fetch_wait_max_ms = 10;
    return options;
  }
  void start(const KafkaSourceOptions& options) {
    source_ = std::make_unique<KafkaSource>(loop(), log_, clock_, options);
    const auto started = source_->start(spy_);
    ASSERT_TRUE(started) << started.error().message;
  }
  void end() {
    bool left = false;
    source_->leave(2000, [&] { left = true; });
    run_until([&] { return left; });
    spy_.holds.clear();
    bool closed = false;
    source_->close([&] { closed = true; });
    run_until([&] { return closed; });
    source_.reset();
  }
  void settle_all() {
    spy_.on_record_do = [&](const Record& record) {
      if (record.value.starts_with("bad")) {
        source_->dead_letter(record.position, {"invalid", ErrorCode::kValidation},
                             spy_.holds[record.position]);
      } else {
        source_->done(record.position);
      }
      return SourceListener::Next::kMore;
    };
  }

  SystemClock clock_;
  test::RecordingLog log_;
  test::SourceSpy spy_;
  std::unique_ptr<EmbeddedKafka> broker_;
  std::unique_ptr<BlockingProducer> producer_;
  std::unique_ptr<KafkaSource> source_;
};

TEST_F(EmbeddedKafkaTest, TheFirstRecordComesAtOnceWithoutAGroup) {
  ASSERT_TRUE(producer_->produce({"second", "k", "hello", {}}));
  settle_all();
  const int64_t began = clock_.steady_ms();
  start(options());
  run_until([&] { return spy_.records.size() == 1; });
  const int64_t took_ms = clock_.steady_ms() - began;
  RecordProperty("first_record_ms", static_cast<int>(took_ms));
  EXPECT_LT(took_ms, 500) << "the goal is 50, but this machine may be busy";
  EXPECT_EQ(spy_.records[0].topic, "second");
  EXPECT_TRUE(spy_.up());
  EXPECT_EQ(source_->status().lag.size(), 6u);
  end();
}

TEST_F(EmbeddedKafkaTest, ItsAnswersDoNotWaitForEachOther) {
  if (!std::filesystem::exists("/proc/self/fd")) GTEST_SKIP() << "no /proc to find the sockets in";
  start(options());
  run_until([&] { return spy_.up(); });
  const std::string where = broker_->bootstrap();
  const auto port = static_cast<uint16_t>(std::stoi(where.substr(where.rfind(':') + 1)));
  const auto seen = delays_off(port);
  EXPECT_GE(seen.size(), 2u);  // the source and the producer
  EXPECT_EQ(seen.count(0), 0u);
  end();
}

TEST_F(EmbeddedKafkaTest, IsUpBeforeAnyRecord) {
  start(options());
  run_until([&] { return spy_.up(); });
  EXPECT_TRUE(spy_.records.empty());
  end();
}

TEST_F(EmbeddedKafkaTest, ALongBacklogComesInBoundedTurns) {
  constexpr int kCount = 5000;
  for (int i = 0; i < kCount; ++i) {
    producer_->send({"first", std::to_string(i), std::to_string(i), {}});
  }
  producer_->finish();
  auto bounded = options();
  bounded.records_per_iteration_max = 100;
  settle_all();
  start(bounded);
  size_t most = 0;
  run_until([&, before = size_t{0}]() mutable {
    const size_t count = spy_.records.size();
    most = std::max(most, count - std::exchange(before, count));
    return count == kCount;
  });
  EXPECT_LE(most, 200u);  // an iteration may drain twice: after a wake-up, and the remaining ones
  EXPECT_EQ(spy_.distinct().size(), static_cast<size_t>(kCount));
  end();
}

TEST_F(EmbeddedKafkaTest, TheLossOfTheBrokerAndItsReturnAreReported) {
  settle_all();
  start(options());
  run_until([&] { return spy_.up(); });
  broker_->set_reachable(EmbeddedKafka::Reachable::kNo);
  run_until([&] { return !spy_.up(); }, std::chrono::seconds(4));
  broker_->set_reachable(EmbeddedKafka::Reachable::kYes);
  run_until([&] { return spy_.up(); });
  ASSERT_TRUE(producer_->produce({"first", "k", "after", {}}));
  run_until([&] { return spy_.records.size() == 1; });
  end();
}

TEST_F(EmbeddedKafkaTest, ARefusedSizeIsCutAndSentAgain) {
  ASSERT_TRUE(producer_->produce({"first", "k", "bad" + std::string(200'000, 'x'), {}}));
  broker_->refuse_size(1);
  settle_all();
  start(options());
  run_until([&] { return source_->status().dead_letters_written == 1; });
  std::vector<ReadDeadLetter> read;
  ASSERT_TRUE(read_dead_letters({.brokers = broker_->bootstrap(), .topic = "dead"},
                                [&](const ReadDeadLetter& letter) {
                                  read.push_back(letter);
                                  return true;
                                }));
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].value->size(), 64u * 1024);
  EXPECT_EQ(read[0].original_bytes, 200'003);
  end();
}

TEST_F(EmbeddedKafkaTest, ALetterRefusedAtEverySizeIsGivenUp) {
  ASSERT_TRUE(producer_->produce({"first", "k", "bad", {}}));
  // The five refused attempts: the batch; then alone with a value of three bytes, of one byte,
  // without a value, and without a key.
  broker_->refuse_size(5);
  settle_all();
  start(options());
  run_until([&] { return source_->status().dead_letter_failures == 1; });
  EXPECT_EQ(source_->status().dead_letters_open, 0u);
  EXPECT_EQ(source_->status().dead_letter_error, "");
  EXPECT_TRUE(log_.has("dropped a dead letter"));
  ASSERT_TRUE(producer_->produce({"first", "k", "bad too", {}}));
  run_until([&] { return source_->status().dead_letters_written == 1; });
  EXPECT_EQ(source_->status().dead_letter_failures, 1u);
  end();
}

TEST_F(EmbeddedKafkaTest, LettersWaitForTheBrokerAndArriveInOrder) {
  settle_all();
  start(options());
  run_until([&] { return spy_.up(); });
  spy_.on_record_do = nullptr;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(producer_->produce({"first", "k", "bad" + std::to_string(i), {}}));
  }
  run_until([&] { return spy_.records.size() == 20; });
  broker_->set_reachable(EmbeddedKafka::Reachable::kNo);
  run_until([&] { return !spy_.up(); });
  for (const auto& record : spy_.records) {
    source_->dead_letter(record.position, {"invalid", ErrorCode::kValidation},
                         spy_.holds[record.position]);
  }
  EXPECT_EQ(source_->status().dead_letters_open, 20u);
  EXPECT_EQ(source_->status().open, 0u) << "for the caller, they are settled";
  run_until([&] { return !source_->status().dead_letter_error.empty(); });
  broker_->set_reachable(EmbeddedKafka::Reachable::kYes);
  run_until([&] { return source_->status().dead_letters_written == 20; });
  int next = 0;
  ASSERT_TRUE(read_dead_letters({.brokers = broker_->bootstrap(), .topic = "dead"},
                                [&](const ReadDeadLetter& letter) {
                                  EXPECT_EQ(letter.value, "bad" + std::to_string(next++));
                                  return true;
                                }));
  EXPECT_EQ(next, 20);
  end();
}

TEST_F(EmbeddedKafkaTest, MoreLettersThanMayBeKeptSlowTheReaderWhileTheyCanBeWritten) {
  constexpr int kCount = 300;
  for (int i = 0; i < kCount; ++i) producer_->send({"first", "k", "bad" + std::to_string(i), {}});
  producer_->finish();
  auto few = options();
  few.dead_letters_max = 5;
  settle_all();
  start(few);
  size_t most = 0;
  run_until([&] {
    most = std::max(most, static_cast<size_t>(source_->status().dead_letters_open));
    return source_->status().dead_letters_written == kCount;
  });
  EXPECT_LE(most, 6u);
  EXPECT_EQ(spy_.records.size(), static_cast<size_t>(kCount)) << "no record was read twice";
  end();
}

TEST_F(EmbeddedKafkaTest, ABadPropertyIsAnErrorAtStart) {
  auto bad = options();
  bad.properties = {{"fetch.min.bytes", "many"}};
  KafkaSource source(loop(), log_, clock_, bad);
  const auto started = source.start(spy_);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kConfiguration);
  EXPECT_NE(started.error().message.find("fetch.min.bytes"), std::string::npos);
}

TEST_F(EmbeddedKafkaTest, PropertiesThatExcludeEachOtherAreAnErrorAtStart) {
  auto bad = options();
  bad.properties = {{"fetch.message.max.bytes", "900000000"}, {"fetch.max.bytes", "2147483135"}};
  KafkaSource source(loop(), log_, clock_, bad);
  const auto started = source.start(spy_);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kConfiguration);
}

TEST_F(EmbeddedKafkaTest, NoTopicIsAnErrorAtStart) {
  auto bad = options();
  bad.reading = KafkaSourceOptions::Reading::kGroup;
  bad.group = "g";
  bad.topics = {};
  KafkaSource source(loop(), log_, clock_, bad);
  const auto started = source.start(spy_);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kConfiguration);
}

// The broker keeps about 5 MB per partition. Records that it discards before they are read are
// logged and counted.
TEST_F(EmbeddedKafkaTest, DroppedRecordsAreCountedAndLogged) {
  constexpr uint64_t kCount = 1500;  // more than the consumer fetches ahead, and the broker keeps
  spy_.on_record_do = [&](const Record& record) {
    source_->done(record.position);
    spy_.holds.clear();
    return SourceListener::Next::kStop;
  };
  start(options());
  ASSERT_TRUE(producer_->produce({"first", "k", "first", {}}));
  run_until([&] { return spy_.records.size() == 1; });
  for (uint64_t i = 1; i < kCount; ++i) {
    producer_->send({"first", "k", std::to_string(i) + std::string(30'000, 'x'), {}});
  }
  producer_->finish();
  spy_.on_record_do = [&](const Record& record) {
    source_->done(record.position);
    spy_.holds.clear();
    return SourceListener::Next::kMore;
  };
  source_->resume();
  run_until([&] { return spy_.records.size() + source_->status().records_lost == kCount; });
  EXPECT_GT(source_->status().records_lost, 0u);
  EXPECT_TRUE(log_.has("records are lost"));
  EXPECT_TRUE(log_.has("partition="));
  end();
}

TEST_F(EmbeddedKafkaTest, WaitingStoppedCostsNothing) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(producer_->produce({"first", "k", "v", {}}));
  spy_.on_record_do = [](const Record&) { return SourceListener::Next::kStop; };
  start(options());
  run_until([&] { return spy_.records.size() == 1; });
  // Two seconds with statistics. The loop must sleep except for these and the tick of the wait.
  const int64_t began = clock_.steady_ms();
  const clock_t cpu = std::clock();
  run_until([&] { return clock_.steady_ms() - began > 2000; });
  EXPECT_LT(std::clock() - cpu, CLOCKS_PER_SEC) << "the loop spins";
  EXPECT_EQ(spy_.records.size(), 1u);
  source_->done(spy_.records[0].position);
  end();
}

TEST_F(EmbeddedKafkaTest, TheProducerReturnsThePositionOrTheReason) {
  const auto first = producer_->produce({"first", "k", "1", {}});
  const auto second = producer_->produce({"first", "k", "2", {}});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first.value().topic, "first");
  EXPECT_EQ(second.value().partition, first.value().partition);
  EXPECT_EQ(second.value().offset, first.value().offset + 1);

  auto unreachable =
      BlockingProducer::open({.brokers = "127.0.0.1:1", .acknowledge_timeout_ms = 300}).take();
  const auto failed = unreachable->produce({"first", "k", "v", {}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kKafkaPublish);
  EXPECT_NE(failed.error().message.find("refused"), std::string::npos);
  EXPECT_FALSE(BlockingProducer::open({.brokers = "x", .properties = {{"no.such", "1"}}}));
}

TEST_F(EmbeddedKafkaTest, ABatchIsAcknowledgedOneByOne) {
  std::set<uint64_t> numbers;
  producer_->on_acknowledged([&](uint64_t number, const Result<RecordPosition>& position) {
    EXPECT_TRUE(position);
    numbers.insert(number);
  });
  for (int i = 0; i < 100; ++i) producer_->send({"first", std::to_string(i), "v", {}});
  producer_->finish();
  EXPECT_EQ(numbers.size(), 100u);
}

TEST_F(EmbeddedKafkaTest, KeysGoWhereJavaClientsPutThem) {
  // Java clients use (murmur2 of the key & 0x7fffffff) modulo the number of partitions. The hashes
  // are from the tests of Apache Kafka's Utils class.
  const std::vector<std::pair<std::string, int32_t>> known = {
      {"21", -973932308}, {"foobar", -790332482}, {"a-little-bit-long-string", -985981536}};
  for (const auto& [key, hash] : known) {
    const auto placed = producer_->produce({"first", key, "v", {}});
    ASSERT_TRUE(placed);
    EXPECT_EQ(placed.value().partition, (hash & 0x7fffffff) % 3) << key;
  }
}

TEST_F(EmbeddedKafkaTest, TheProbeReportsBrokersAndTopics) {
  const auto answer = kafka_probe({.brokers = broker_->bootstrap()}, {"first", "dead"});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer.value().brokers, 1u);
  EXPECT_EQ(answer.value().topics[0].partitions, 3);
  EXPECT_EQ(answer.value().description(), "1 broker, first: 3 partitions, dead: 3 partitions");

  const auto unreachable = kafka_probe({.brokers = "127.0.0.1:1", .timeout_ms = 300}, {});
  ASSERT_FALSE(unreachable);
  EXPECT_EQ(unreachable.error().code, ErrorCode::kConnection);
  EXPECT_NE(unreachable.error().message.find("refused"), std::string::npos);
  EXPECT_FALSE(kafka_probe({.brokers = "x", .properties = {{"no.such", "1"}}}, {}));
}

TEST_F(EmbeddedKafkaTest, ReadingDeadLettersEndsWhenTheReaderStops) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(producer_->produce({"dead", "k", "v", {}}));
  int seen = 0;
  const auto read = read_dead_letters({.brokers = broker_->bootstrap(), .topic = "dead"},
                                      [&](const ReadDeadLetter&) { return ++seen < 2; });
  ASSERT_TRUE(read);
  EXPECT_EQ(read.value(), 2u);
}

TEST_F(EmbeddedKafkaTest, AnEmptyDeadLetterTopicReadsAsNone) {
  const auto read = read_dead_letters({.brokers = broker_->bootstrap(), .topic = "dead"},
                                      [](const ReadDeadLetter&) { return true; });
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read.value(), 0u);
}

// A lost wake-up costs a second; without the workaround, several of two hundred requests in a row
// lose theirs.
TEST_F(EmbeddedKafkaTest, NoTopicWaitsForItsCreation) {
  EmbeddedKafkaOptions options;
  for (int i = 0; i < 200; ++i) options.topics.push_back("topic" + std::to_string(i));
  const auto began = std::chrono::steady_clock::now();
  const auto many = EmbeddedKafka::start(options).take();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(900));
}

}  // namespace
}  // namespace hermod
