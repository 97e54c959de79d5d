#include "bus/memory_bus.h"

#include "support/loop_test.h"
#include "support/recording_bus_listener.h"
#include "support/recording_log.h"
#include "uv/iteration_hook.h"
#include "uv/timer.h"

namespace hermod {
namespace {

class HandClock final : public Clock {
 public:
  int64_t wall_ms() const override { return 1'700'000'000'000 + ms; }
  int64_t steady_ms() const override { return ms; }
  int64_t ms = 0;
};

TEST(MemoryHistoryTest, ForgetsWhatHasExpired) {
  HandClock clock;
  MemoryHistory history(clock, {.idempotency_ttl_s = 3600});
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(history.append("user-" + std::to_string(i), "e", "text"));
  }
  EXPECT_EQ(history.texts(), 1000u);
  EXPECT_EQ(history.users(), 1000u);
  EXPECT_FALSE(history.append("user-0", "e", "text"));
  clock.ms = 3'600'001;
  for (int i = 0; i < 200; ++i) history.append("busy", std::to_string(i), "text");
  EXPECT_EQ(history.texts(), 200u);
  EXPECT_EQ(history.events(), 200u);
  EXPECT_EQ(history.users(), 1001u);
  clock.ms += 24 * 3'600'000 + 1;
  for (int i = 0; i < 200; ++i) history.append("busy", "later " + std::to_string(i), "text");
  EXPECT_EQ(history.users(), 1u);
  EXPECT_EQ(history.texts(), 200u);
  history.append("other", "e", "text");
  history.clear([](std::string_view user) { return user == "busy"; });
  EXPECT_EQ(history.users(), 1u);
  EXPECT_EQ(history.texts(), 1u);
  EXPECT_EQ(history.events(), 1u);
  EXPECT_FALSE(history.append("other", "e", "text"));
  history.clear([](std::string_view /*user*/) { return true; });
  EXPECT_EQ(history.users() + history.texts() + history.events(), 0u);
}

TEST(MemoryHistoryTest, AnExpiredEventMayComeAgain) {
  HandClock clock;
  MemoryHistory history(clock, {.idempotency_ttl_s = 1});
  EXPECT_TRUE(history.append("ann", "e", "text"));
  clock.ms = 1000;
  const auto again = history.append("ann", "e", "text");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->count, 2u);
}

TEST(MemoryHistoryTest, PlacesNeverGoBackWithTheClock) {
  HandClock clock;
  MemoryHistory history(clock, {});
  const auto first = history.append("ann", "1", "text");
  clock.ms = -5000;
  const auto second = history.append("ann", "2", "text");
  EXPECT_GT(*second, *first);
  EXPECT_EQ(second->count, 2u);
}

class MemoryBusTest : public test::LoopTest {
 protected:
  void TearDown() override {
    bool closed = !bus_;
    if (bus_) bus_->close([&] { closed = true; });
    run_until([&] { return closed; });
    bus_.reset();
    LoopTest::TearDown();
  }

  SystemClock clock_;
  test::RecordingLog log_;
  test::RecordingBusListener listener_;
  std::unique_ptr<MemoryBus> bus_ =
      std::make_unique<MemoryBus>(loop(), clock_, log_, MemoryBusOptions{});
};

TEST_F(MemoryBusTest, KeepsTheLoopAsleepWhileNothingIsAsked) {
  ASSERT_TRUE(bus_->start(listener_, listener_));
  run_until([&] { return listener_.up(); });
  EXPECT_EQ(bus_->status().url, "memory");
  int turns = 0;
  bool over = false;
  uv::IterationHook count(loop(), [&] { ++turns; });
  uv::Timer timer(loop(), [&] { over = true; });
  timer.start(300);
  run_until([&] { return over; });
  EXPECT_LE(turns, 6);  // the first one and those of the timer
}

TEST_F(MemoryBusTest, AnOutageTakesSubscriptionsAndKeepsPublications) {
  ASSERT_TRUE(bus_->start(listener_, listener_));
  bus_->subscribe("ann");
  run_until([&] { return listener_.subscribed["ann"] == 1; });
  bus_->go_down("a test");
  bus_->go_down("twice is once");
  listener_.publish(*bus_, "ann", "waits");
  bus_->publish_external("ann", "lost");
  run_until([&] { return listener_.down(); });
  settle();
  EXPECT_EQ(listener_.reasons.back(), "a test");
  EXPECT_EQ(bus_->status().reason, "a test");
  EXPECT_TRUE(listener_.texts.empty());
  bus_->come_up();
  run_until([&] { return listener_.texts.size() == 1; });
  EXPECT_EQ(listener_.texts[0].text, "waits");
  EXPECT_EQ(listener_.subscribed["ann"], 2);
  EXPECT_EQ(bus_->status().reconnects, 1u);
}

TEST_F(MemoryBusTest, MayBeClosedInsideACallback) {
  ASSERT_TRUE(bus_->start(listener_, listener_));
  bool closed = false;
  listener_.when_subscribed = [&](const std::string&) { bus_->close([&] { closed = true; }); };
  bus_->subscribe("ann");
  listener_.publish(*bus_, "ann", "never answered");
  run_until([&] { return closed; });
  EXPECT_TRUE(listener_.answers.empty());
  bus_.reset();
}

}  // namespace
}  // namespace hermod
