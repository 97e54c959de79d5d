#include "presence/presence_writer.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bus/memory_bus.h"
#include "support/loop_test.h"
#include "support/recording_bus_listener.h"
#include "support/recording_log.h"
#include "support/recording_presence.h"
#include "uv/immediate.h"

namespace hermod {
namespace {

// Answers when the test says so.
class HeldProducer final : public RecordProducer {
 public:
  explicit HeldProducer(uv_loop_t* loop) : end_(loop, [this] { finish(); }) {}

  Result<void> send(uint32_t, std::string key, std::string value, Done done) override {
    if (refuses) return Error{ErrorCode::kKafkaPublish, "refused by the test"};
    sent.push_back(key + ' ' + value);
    open.push_back(std::move(done));
    return {};
  }
  void close(Closed closed) override {
    closed_ = std::move(closed);
    end_.ask();
  }

  void accept() { take()(RecordPosition{}); }
  void reject() { take()(Error{ErrorCode::kKafkaPublish, "rejected by the test"}); }

  bool refuses = false;
  std::vector<std::string> sent;
  std::deque<Done> open;

 private:
  Done take() {
    Done done = std::move(open.front());
    open.pop_front();
    return done;
  }
  void finish() {
    while (!open.empty()) reject();
    closed_();
  }

  Closed closed_;
  uv::Immediate end_;
};

// Over a bus that shows the outcome: a failed event is announced again by the next change.
class PresenceWriterTest : public test::LoopTest {
 protected:
  void SetUp() override {
    bus_->report_presence(&announced_);
    ASSERT_TRUE(bus_->start(listener_, listener_));
    writer_ = std::make_unique<PresenceWriter>(
        PresenceWriter::Dependencies{loop(), log_, stats_, *bus_, *producer_, 3});
  }
  void TearDown() override {
    close_writer();
    bool closed = false;
    bus_->close([&] { closed = true; });
    run_until([&] { return closed; });
    bus_.reset();
    producer_.reset();
    LoopTest::TearDown();
  }
  void close_writer() {
    if (!writer_) return;
    bool closed = false;
    writer_->close([&] { closed = true; });
    run_until([&] { return closed; });
    writer_.reset();
  }

  // The event that the bus announces for the first connection of the user.
  PresenceEvent announced(const std::string& user) {
    bus_->lease({user, ++connections_, 0, 100});
    run_until([&] { return !announced_.of(user).empty(); });
    kept_.push_back(announced_.of(user).back());
    return kept_.back().event();
  }
  // Whether the bus announces the event again.
  bool repeated(const std::string& user) {
    const size_t before = announced_.of(user).size();
    bus_->lease({user, ++connections_, 0, 100});
    bus_->lease({"last", ++connections_, 0, 100});
    listener_.leases.erase("last");
    run_until([&] { return listener_.leases.contains("last"); });
    return announced_.of(user).size() > before;
  }

  SystemClock clock_;
  test::RecordingLog log_;
  Stats stats_;
  test::RecordingPresence announced_;
  test::RecordingBusListener listener_;
  std::unique_ptr<MemoryBus> bus_ =
      std::make_unique<MemoryBus>(loop(), clock_, log_, MemoryBusOptions{});
  std::unique_ptr<HeldProducer> producer_ = std::make_unique<HeldProducer>(loop());
  std::unique_ptr<PresenceWriter> writer_;
  uint32_t connections_ = 0;
  std::deque<test::KeptPresence> kept_;
};

TEST(PresenceText, HasTheUserTheStateAndTheTime) {
  EXPECT_EQ(presence_text({"ann", true, 1'769'847'330'123}),
            R"({"user":"ann","state":"online","at":"2026-01-31T08:15:30.123Z"})");
  EXPECT_EQ(presence_text({"\"", false, 0}),
            R"({"user":"\"","state":"offline","at":"1970-01-01T00:00:00.000Z"})");
}

TEST_F(PresenceWriterTest, AWrittenEventIsSettled) {
  writer_->on_presence(announced("ann"));
  ASSERT_EQ(producer_->sent.size(), 1u);
  EXPECT_TRUE(producer_->sent[0].starts_with("ann {"));
  producer_->accept();
  EXPECT_EQ(stats_.presence_events["online"], 1u);
  EXPECT_FALSE(repeated("ann"));
}

TEST_F(PresenceWriterTest, AnOpenEventIsWrittenOnce) {
  const PresenceEvent event = announced("ann");
  writer_->on_presence(event);
  writer_->on_presence(event);
  EXPECT_EQ(producer_->sent.size(), 1u);
  producer_->accept();
}

TEST_F(PresenceWriterTest, WhileKafkaIsUnavailableTheEventsWait) {
  writer_->on_presence(announced("ann"));
  producer_->reject();
  EXPECT_TRUE(log_.has("cannot be written"));
  writer_->on_presence(announced("bob"));
  EXPECT_EQ(producer_->sent.size(), 1u);
  ASSERT_TRUE(run_until([&] { return producer_->open.size() == 1; }));  // one is tried again
  producer_->refuses = true;
  producer_->reject();
  producer_->refuses = false;
  ASSERT_TRUE(run_until([&] { return producer_->open.size() == 1; }));
  producer_->accept();
  EXPECT_TRUE(log_.has("are written to Kafka again"));
  ASSERT_EQ(producer_->open.size(), 1u);
  producer_->accept();
  EXPECT_EQ(stats_.presence_events["online"], 2u);
}

TEST_F(PresenceWriterTest, AnEventThatIsRefusedAtOnceWaitsToo) {
  producer_->refuses = true;
  writer_->on_presence(announced("ann"));
  EXPECT_TRUE(log_.has("refused by the test"));
  producer_->refuses = false;
  ASSERT_TRUE(run_until([&] { return producer_->open.size() == 1; }));
  producer_->accept();
}

TEST_F(PresenceWriterTest, BeyondTheLimitEventsFail) {
  for (const char* user : {"ann", "bob", "cleo", "dora"}) writer_->on_presence(announced(user));
  EXPECT_EQ(producer_->sent.size(), 3u);
  EXPECT_EQ(stats_.presence_events_dropped, 1u);
  EXPECT_TRUE(repeated("dora"));
  while (!producer_->open.empty()) producer_->accept();
}

TEST_F(PresenceWriterTest, TheCloseWaitsForAnswers) {
  writer_->on_presence(announced("ann"));
  bool closed = false;
  writer_->close([&] { closed = true; });
  producer_->accept();
  run_until([&] { return closed; });
  writer_.reset();
  EXPECT_EQ(stats_.presence_events["online"], 1u);
  EXPECT_FALSE(repeated("ann"));
}

TEST_F(PresenceWriterTest, WhatIsNotWrittenAtTheEndFails) {
  writer_->on_presence(announced("ann"));
  bool closed = false;
  writer_->close([&] { closed = true; });
  writer_->on_presence(announced("bob"));  // too late
  run_until([&] { return closed; });
  writer_.reset();
  EXPECT_TRUE(log_.has("not written to Kafka before the end"));
  EXPECT_TRUE(repeated("ann"));
  EXPECT_TRUE(repeated("bob"));
}

}  // namespace
}  // namespace hermod
