// A publication reads the record's own memory, which must stay valid however the source and the bus
// close. Tests both sources with both buses, with a bus that accepts nothing until the source has
// left. Run it under AddressSanitizer as well.

#include <algorithm>
#include <memory>

#include "bus/memory_bus.h"
#include "core/ingest.h"
#include "kafka/blocking_producer.h"
#include "kafka/embedded_kafka.h"
#include "kafka_source/kafka_source.h"
#include "redis_bus/redis_bus.h"
#include "source/memory_source.h"
#include "support/loop_test.h"
#include "support/recording_bus_listener.h"
#include "support/recording_log.h"
#include "support/redis_server.h"

namespace hermod {
namespace {

constexpr char kTopic[] = "huleedu.teacher.notification.requested.v1";
constexpr int kRecords = 400;

std::string user_of(int number) {
  return "user-" + std::to_string(number % 20);
}

// Long enough that freed memory is soon reused by another record.
std::string record_of(int number) {
  return R"({"teacher_id":")" + user_of(number) +
         R"(","notification_type":"t","category":"batch_progress","priority":"high",)"
         R"("payload":{"n":)" +
         std::to_string(number) + R"(,"fill":")" +
         std::string(700, static_cast<char>('a' + number % 26)) + R"("},"correlation_id":"c"})";
}

// A bus that accepts nothing between shut() and open().
class Gate {
 public:
  virtual ~Gate() = default;
  virtual std::unique_ptr<Bus> make(uv_loop_t* loop, const Clock& clock, Log& log) = 0;
  virtual void shut(Bus& bus) = 0;
  virtual void open(Bus& bus) = 0;
};

class MemoryGate final : public Gate {
 public:
  std::unique_ptr<Bus> make(uv_loop_t* loop, const Clock& clock, Log& log) override {
    return std::make_unique<MemoryBus>(loop, clock, log, MemoryBusOptions{.history_max = 1000});
  }
  void shut(Bus& bus) override { dynamic_cast<MemoryBus&>(bus).go_down("for the test"); }
  void open(Bus& bus) override { dynamic_cast<MemoryBus&>(bus).come_up(); }
};

class RedisGate final : public Gate {
 public:
  std::unique_ptr<Bus> make(uv_loop_t* loop, const Clock& clock, Log& log) override {
    RedisBusOptions options;
    options.url = RedisUrl::parse(server_.url()).take();
    options.history_max = 1000;
    return std::make_unique<RedisBus>(loop, clock, log, std::move(options));
  }
  void shut(Bus&) override { server_.command({"CONFIG", "SET", "maxmemory", "1"}); }
  void open(Bus&) override { server_.command({"CONFIG", "SET", "maxmemory", "0"}); }

 private:
  test::RedisServer server_;
};

// A source, and a way to publish records to it while it runs.
class Origin {
 public:
  virtual ~Origin() = default;
  virtual std::unique_ptr<Source> make(uv_loop_t* loop, const Clock& clock, Log& log) = 0;
  virtual void publish(int number) = 0;
};

class MemoryOrigin final : public Origin {
 public:
  std::unique_ptr<Source> make(uv_loop_t* loop, const Clock&, Log&) override {
    return std::make_unique<MemorySource>(loop, topics_);
  }
  void publish(int number) override {
    EXPECT_TRUE(topics_.append(0, {SystemClock().wall_ms(), user_of(number), record_of(number)}));
  }

 private:
  MemoryTopics topics_{{.topics = {kTopic}}};
};

class KafkaOrigin final : public Origin {
 public:
  std::unique_ptr<Source> make(uv_loop_t* loop, const Clock& clock, Log& log) override {
    KafkaSourceOptions options;
    options.brokers = broker_->bootstrap();
    options.topics = {kTopic};
    options.client_id = "test";
    options.dead_letter_topic = "dead";
    options.reading = KafkaSourceOptions::Reading::kAll;
    options.fetch_wait_max_ms = 10;
    return std::make_unique<KafkaSource>(loop, log, clock, options);
  }
  void publish(int number) override {
    EXPECT_TRUE(producer_->produce({kTopic, user_of(number), record_of(number), {}}));
  }

 private:
  std::unique_ptr<EmbeddedKafka> broker_ =
      EmbeddedKafka::start({.topics = {kTopic, "dead"}, .partitions = 1}).take();
  std::unique_ptr<BlockingProducer> producer_ =
      BlockingProducer::open({.brokers = broker_->bootstrap()}).take();
};

template <class O, class G>
struct Pair {
  using OriginType = O;
  using GateType = G;
};

template <class P>
class RecordMemory : public test::LoopTest {
 protected:
  struct Process {
    std::unique_ptr<Bus> bus;
    std::unique_ptr<Source> source;
    std::unique_ptr<Ingest> ingest;
    test::RecordingBusListener listener;
  };

  std::unique_ptr<Process> begin() {
    auto process = std::make_unique<Process>();
    process->bus = gate_.make(loop(), clock_, log_);
    process->source = origin_.make(loop(), clock_, log_);
    IngestOptions options;
    options.topics = {kTopic};
    process->ingest =
        std::make_unique<Ingest>(*process->source, *process->bus,
                                 CoreContext{clock_, log_, stats_, observers_}, std::move(options));
    EXPECT_TRUE(process->bus->start(process->listener, *process->ingest));
    run_until([&] { return process->listener.up(); });
    return process;
  }
  // Starts with 400 records that wait in the bus, which accepts none.
  std::unique_ptr<Process> begin_shut() {
    auto process = begin();
    gate_.shut(*process->bus);
    EXPECT_TRUE(process->source->start(*process->ingest));
    for (int i = 0; i < kRecords; ++i) origin_.publish(i);
    run_until([&] { return process->ingest->in_flight() == kRecords; });
    run_until([&] { return process->listener.down(); });
    return process;
  }
  void leave(Process& process, uint64_t patience_ms) {
    bool left = false;
    process.source->leave(patience_ms, [&] { left = true; });
    run_until([&] { return left; });
  }
  void close_source(Process& process, bool& closed) {
    process.source->close([&closed] { closed = true; });
  }
  void close_bus(Process& process) {
    bool closed = false;
    process.bus->close([&] { closed = true; });
    run_until([&] { return closed; });
  }
  // Compares the user streams in the bus with the published records.
  void expect_true_payloads(Process& process, size_t wanted) {
    std::map<std::string, std::vector<std::string>> published;
    for (int i = 0; i < kRecords; ++i) published[user_of(i)].push_back(record_of(i));
    size_t seen = 0;
    for (const auto& [user, texts] : published) {
      std::optional<Result<ReplayPage>> page;
      process.bus->replay({.user = user, .entries_max = 1000, .bytes_max = 10'000'000},
                          [&](Result<ReplayPage> answer) { page = std::move(answer); });
      run_until([&] { return page.has_value(); });
      ASSERT_TRUE(page->ok());
      const auto& entries = page->value().entries;
      for (size_t i = 0; i < entries.size(); ++i) EXPECT_EQ(entries[i].text, texts[i]) << user;
      seen += entries.size();
    }
    EXPECT_EQ(seen, wanted);
  }

  SystemClock clock_;
  test::RecordingLog log_;
  Stats stats_;
  Observers observers_;
  typename P::OriginType origin_;
  typename P::GateType gate_;
};

using Pairs = ::testing::Types<Pair<MemoryOrigin, MemoryGate>, Pair<MemoryOrigin, RedisGate>,
                               Pair<KafkaOrigin, MemoryGate>, Pair<KafkaOrigin, RedisGate>>;
TYPED_TEST_SUITE(RecordMemory, Pairs);

// The source stops waiting, and only then does the bus accept the records.
TYPED_TEST(RecordMemory, IsTheRecordsOwnAfterItsSourceLeft) {
  auto process = this->begin_shut();
  this->leave(*process, 50);
  bool closed = false;
  this->close_source(*process, closed);
  this->settle();
  EXPECT_FALSE(closed) << "the bus still reads the records";
  this->gate_.open(*process->bus);
  this->run_until([&] { return process->ingest->in_flight() == 0; });
  this->run_until([&] { return closed; });
  this->expect_true_payloads(*process, kRecords);
  this->close_bus(*process);
}

// The bus closes first. It never replies, and the source can close.
TYPED_TEST(RecordMemory, IsGivenBackWhenTheBusWillNeverAnswer) {
  auto process = this->begin_shut();
  this->leave(*process, 0);
  bool closed = false;
  this->close_source(*process, closed);
  this->settle();
  EXPECT_FALSE(closed);
  this->close_bus(*process);
  this->run_until([&] { return closed; });
}

// The partitions are revoked: records that were not sent are dropped and released.
TYPED_TEST(RecordMemory, IsGivenBackWhenItsPartitionIsRevoked) {
  auto process = this->begin_shut();
  const uint32_t every_epoch = UINT32_MAX;
  for (int32_t partition = 0; partition < 4; ++partition) {
    process->ingest->on_revoked(0, partition, every_epoch);
  }
  this->leave(*process, 0);
  bool closed = false;
  this->close_source(*process, closed);
  this->gate_.open(*process->bus);
  this->run_until([&] { return process->ingest->in_flight() == 0; });
  this->run_until([&] { return closed; });
  this->close_bus(*process);
}

}  // namespace
}  // namespace hermod
