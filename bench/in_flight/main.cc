// in_flight: measures the heap bytes that hermod needs for a record that waits for Redis, in
// addition to the record's own bytes: the slot and event in the ingest, the entry among the open
// offsets, and the entry in the user's lane.

#include <malloc.h>

#include <cstdio>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/ingest.h"
#include "kit/epoll.h"
#include "kit/json_line.h"
#include "parts/driver_bus.h"
#include "publish_load/envelope.h"
#include "redis/redis_url.h"
#include "redis_bus/redis_bus.h"
#include "source/assignment.h"
#include "uv/loop.h"

namespace {

using namespace hermod;
using namespace hermod::bench;

constexpr std::string_view kTopic = "huleedu.teacher.notification.requested.v1";
constexpr int64_t kNowNs = 1'750'000'000'000'000'000;
constexpr uint64_t kUsers = 1000;
constexpr int kPartitions = 12;
constexpr uint64_t kRecords = 2000;

// Tracks offsets like the Kafka source, without Kafka.
class OffsetsOnly final : public Source {
 public:
  OffsetsOnly() {
    for (int32_t one = 0; one < kPartitions; ++one) assignment_.add({0, one});
  }
  Position open(int32_t partition, int64_t offset) {
    return assignment_.open({0, partition}, offset);
  }

  Result<void> start(SourceListener&) override { return {}; }
  void done(const Position& position) override { assignment_.settle(position); }
  void dead_letter(const Position&, const DeadReason&, const RecordHold&) override {
    die("a record became a dead letter");
  }
  void defer(const Position& /*position*/) override {}
  void read_deferred() override {}
  void resume() override {}
  SourceStatus status() const override { return {}; }
  void leave(uint64_t, Closed left) override { left(); }
  void close(Closed closed) override { closed(); }

 private:
  Assignment assignment_;
};

class NoTexts final : public BusListener {
 public:
  void on_text(std::string_view, StreamId, std::string_view, const TraceContext&) override {}
  void on_subscribed(std::string_view) override {}
  void on_user_moved(std::string_view) override {}
  void on_bus_state(ShardId, BusState, std::string_view) override {}
  void on_memory_lost(ShardId, OldStreamIds) override {}
};

std::vector<std::string> make_records() {
  std::vector<std::string> records;
  for (uint64_t i = 0; i < kRecords; ++i) {
    Envelope envelope("u" + std::to_string(i % kUsers), kTopic, 600, i % kUsers);
    records.emplace_back(envelope.stamp(i / kUsers, i, kNowNs));
  }
  return records;
}

size_t heap_bytes() {
  return mallinfo2().uordblks;
}

}  // namespace

int main() {
  uv::OwnLoop loop;
  SystemClock clock;
  NoLog log;
  Stats stats;
  Observers observers;
  OffsetsOnly source;
  NoTexts texts;
  RedisBusOptions nowhere;
  nowhere.url = RedisUrl::parse("unix:///nonexistent/redis").take();
  RedisBus bus(loop.get(), clock, log, std::move(nowhere));
  IngestOptions options;
  options.topics = {std::string(kTopic)};
  Ingest ingest(source, bus, {clock, log, stats, observers}, std::move(options));
  if (!bus.start(texts, ingest)) die("the bus did not start");

  const std::vector<std::string> values = make_records();
  const size_t before = heap_bytes();
  for (uint64_t i = 0; i < kRecords; ++i) {
    Record record;
    record.position = source.open(static_cast<int32_t>(i % kPartitions), int64_t(i) / kPartitions);
    record.topic = kTopic;
    record.has_value = true;
    record.value = values[i];
    ingest.on_record(record, {});
  }
  if (ingest.in_flight() != kRecords) die("not all records are in flight");
  const size_t kept = heap_bytes() - before;
  std::puts(JsonLine().add("bytes_per_record", kept / kRecords).text().c_str());

  bus.close([] {});
  loop.run();
}
