// RECORD_MAX_AGE_SECONDS: records that are older by Kafka's timestamp are skipped, and their
// offsets are reported as done.
#include <gtest/gtest.h>

#include "bus/memory_bus.h"
#include "core/hub.h"
#include "core/ingest.h"
#include "source/memory_source.h"
#include "support/fake_clock.h"
#include "support/loop_test.h"
#include "support/recording_log.h"

namespace hermod {
namespace {

constexpr int64_t kHourMs = 3'600'000;

class IngestAgeTest : public test::LoopTest {
 protected:
  void publish(MemoryTopics& topics) const {
    ASSERT_TRUE(topics.append(
        0, {clock_.wall_ms(), "ann",
            R"({"teacher_id":"ann","notification_type":"t","category":"system_alerts",)"
            R"("priority":"low","payload":{},"correlation_id":"c"})"}));
  }

  // Two records, one of which is two hours older than the other.
  void run(int64_t max_age_ms) {
    MemoryTopics topics({.topics = {"t"}, .partitions = 1});
    MemorySource source(loop(), topics);
    MemoryBus bus(loop(), clock_, log_, {});
    Hub hub(bus, {clock_, log_, stats_, observers_}, {});
    IngestOptions options;
    options.topics = {"t"};
    options.record_max_age_ms = max_age_ms;
    Ingest ingest(source, bus, {clock_, log_, stats_, observers_}, options);
    publish(topics);
    clock_.advance(2 * kHourMs);
    publish(topics);
    ASSERT_TRUE(bus.start(hub, ingest));
    ASSERT_TRUE(source.start(ingest));
    run_until([&] { return stats_.records_routed + stats_.records_too_old == 2; });
    EXPECT_EQ(source.status().open, 0u);
    EXPECT_EQ(source.status().dead_letters_written, 0u);
    int open = 2;
    source.close([&open] { --open; });
    bus.close([&open] { --open; });
    run_until([&open] { return open == 0; });
  }

  test::FakeClock clock_;
  test::RecordingLog log_;
  Stats stats_;
  Observers observers_;
};

TEST_F(IngestAgeTest, WhatIsOlderIsSkippedAndCounted) {
  run(kHourMs);
  EXPECT_EQ(stats_.records_too_old, 1u);
  EXPECT_EQ(stats_.records_routed, 1u);
  EXPECT_TRUE(log_.has("RECORD_MAX_AGE_SECONDS"));
}

TEST_F(IngestAgeTest, WithoutALimitAnyAgeIsRouted) {
  run(0);
  EXPECT_EQ(stats_.records_too_old, 0u);
  EXPECT_EQ(stats_.records_routed, 2u);
}

}  // namespace
}  // namespace hermod
