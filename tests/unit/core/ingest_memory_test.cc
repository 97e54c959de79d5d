// Ingest keeps little memory after large records.

#include "base/clock.h"
#include "core/ingest.h"
#include "support/recording_log.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

namespace hermod {
namespace {

constexpr char kTopic[] = "huleedu.teacher.notification.requested.v1";
constexpr size_t kLarge = 900'000;

class SettlingSource final : public Source {
 public:
  Result<void> start(SourceListener&) override { return {}; }
  void done(const Position&) override { ++settled; }
  void dead_letter(const Position&, const DeadReason&, const RecordHold&) override { ++settled; }
  void defer(const Position& /*position*/) override {}
  void read_deferred() override {}
  void resume() override {}
  SourceStatus status() const override { return {}; }
  void leave(uint64_t, Closed left) override { left(); }
  void close(Closed closed) override { closed(); }

  size_t settled = 0;
};

// A bus that replies when the test calls it.
class LateBus final : public Bus {
 public:
  Result<void> start(BusListener&, PublishListener& listener) override {
    listener_ = &listener;
    return {};
  }
  ShardId shard_of(std::string_view) const override { return 0; }
  void publish(const Publication& publication) override { waiting_.push_back(publication.ticket); }
  void answer_all() {
    for (; !waiting_.empty(); waiting_.pop_front()) {
      listener_->on_published(waiting_.front(), PublishOutcome::kRouted, {});
    }
  }
  void subscribe(std::string_view) override {}
  void unsubscribe(std::string_view) override {}
  void replay(const ReplayRequest&, ReplayDone) override {}
  void acknowledge(const Acknowledgement&) override {}
  void end_cursor(std::string_view, const Cursor&, CursorEnd) override {}
  void revoke(const RevokeRequest&, RevokeDone) override {}
  BusStatus status() const override { return {}; }
  void close(Closed closed) override { closed(); }

 private:
  PublishListener* listener_ = nullptr;
  std::deque<Ticket> waiting_;
};

class NoTexts final : public BusListener {
 public:
  void on_text(std::string_view, StreamId, std::string_view, const TraceContext&) override {}
  void on_subscribed(std::string_view) override {}
  void on_user_moved(std::string_view) override {}
  void on_bus_state(ShardId, BusState, std::string_view) override {}
  void on_memory_lost(ShardId, OldStreamIds) override {}
};

class IngestMemory : public ::testing::TestWithParam<PublishFormat> {
 protected:
  IngestMemory() { EXPECT_TRUE(bus_.start(texts_, ingest_)); }

  static IngestOptions options() {
    IngestOptions options;
    options.topics = {kTopic};
    options.format = GetParam();
    options.record_bytes_max = 16 * 1024 * 1024;
    options.in_flight_bytes_max = SIZE_MAX;
    return options;
  }
  void hand_out(const std::string& value) {
    Record record;
    record.position.offset = offset_++;
    record.topic = kTopic;
    record.has_value = true;
    record.value = value;
    ingest_.on_record(record, {});
  }
  static std::string notification(const std::string& fill, const std::string& user = "ann") {
    return R"({"teacher_id":")" + user +
           R"(","notification_type":"t","category":"c",)"
           R"("priority":"p","payload":{"fill":")" +
           fill + R"("},"correlation_id":"c"})";
  }
  static std::string envelope(const std::string& type, const std::string& id) {
    return R"({"event_id":")" + id + R"(","event_type":")" + type + R"(","data":)" +
           notification("x") + "}";
  }

  SystemClock clock_;
  test::RecordingLog log_;
  Stats stats_;
  Observers observers_;
  NoTexts texts_;
  SettlingSource source_;
  LateBus bus_;
  Ingest ingest_{source_, bus_, {clock_, log_, stats_, observers_}, options()};
  int64_t offset_ = 0;
};

TEST_P(IngestMemory, LargeRecordsLeaveLittleBehind) {
  const std::string small = notification(std::string(600, 's'));
  const std::string large = notification(std::string(kLarge, 'l'));
  for (int batch = 0; batch < 96; ++batch) {
    // Large records use different slots in each batch, as in production.
    for (int i = 0; i < 250; ++i) hand_out(i == batch || i == 249 - batch ? large : small);
    bus_.answer_all();
  }
  EXPECT_EQ(source_.settled, 24'000u);
  EXPECT_LT(ingest_.reusable_bytes(), 2u * 1024 * 1024);
}

TEST_P(IngestMemory, WhatIsTooLongIsNotKeptInTheSlots) {
  const std::string text(kLarge, 'x');
  for (int i = 0; i < 20; ++i) {
    hand_out(envelope(kTopic, text));       // a large event id
    hand_out(notification("x", text));      // a large user id
    hand_out(R"({"teacher_id":")" + text);  // truncated JSON
  }
  bus_.answer_all();
  EXPECT_EQ(source_.settled, 60u);
  EXPECT_LT(ingest_.reusable_bytes(), 2u * 1024 * 1024);
}

TEST_P(IngestMemory, RecordsOfOtherEventTypesAreNotKept) {
  for (int i = 0; i < 20; ++i)
    hand_out(envelope(std::to_string(i) + std::string(kLarge, 't'), "e"));
  bus_.answer_all();
  EXPECT_EQ(source_.settled, 20u);
  EXPECT_EQ(stats_.records_not_ours, 20u);
  EXPECT_LT(ingest_.reusable_bytes(), 2u * 1024 * 1024);
  ASSERT_TRUE(log_.has("skipped a record of an external event type"));
  EXPECT_FALSE(log_.has(std::string(1000, 't')));
}

INSTANTIATE_TEST_SUITE_P(Formats, IngestMemory,
                         ::testing::Values(PublishFormat::kNotification, PublishFormat::kEvent,
                                           PublishFormat::kEnvelope));

}  // namespace
}  // namespace hermod
