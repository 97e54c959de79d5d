// Behaviour of MemorySource beyond the contract of Source.
#include "source/memory_source.h"

#include "support/fake_clock.h"
#include "support/loop_test.h"
#include "support/source_listener.h"

namespace hermod {
namespace {

class MemorySourceTest : public test::LoopTest {
 protected:
  void begin(MemoryTopicsOptions options) {
    topics_ = std::make_unique<MemoryTopics>(std::move(options));
    source_ = std::make_unique<MemorySource>(loop(), *topics_);
  }
  Result<Position> append(uint32_t topic, const char* value) {
    return topics_->append(topic, {clock_.wall_ms(), "k", value});
  }
  void start() { ASSERT_TRUE(source_->start(spy_)); }
  void end() {
    spy_.holds.clear();
    bool closed = false;
    source_->close([&] { closed = true; });
    run_until([&] { return closed; });
    source_.reset();
  }

  test::FakeClock clock_;
  test::SourceSpy spy_;
  std::unique_ptr<MemoryTopics> topics_;
  std::unique_ptr<MemorySource> source_;
};

TEST_F(MemorySourceTest, AppendReturnsThePosition) {
  begin({.topics = {"a", "b"}, .partitions = 1});
  EXPECT_EQ(append(1, "v").value().offset, 0);
  const Position second = append(1, "v").value();
  EXPECT_EQ(second.topic, 1u);
  EXPECT_EQ(second.offset, 1);
  start();
  run_until([&] { return spy_.records.size() == 2; });
  EXPECT_EQ(spy_.records[1].position.offset, 1);
  EXPECT_EQ(spy_.records[1].topic, "b");
  end();
}

TEST_F(MemorySourceTest, AKeyKeepsItsPartition) {
  begin({.topics = {"a"}, .partitions = 8});
  const int32_t partition = append(0, "v").value().partition;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(append(0, "v").value().partition, partition);
  }
  end();
}

TEST_F(MemorySourceTest, CloseInsideTheCallbackOfLeaveCompletesLater) {
  begin({.topics = {"a"}, .partitions = 1});
  start();
  int iteration = 0;
  int left_in = -1;
  int closed_in = -1;
  source_->leave(0, [&] {
    left_in = iteration;
    source_->close([&] { closed_in = iteration; });
  });
  run_until([&] {
    ++iteration;
    return closed_in >= 0;
  });
  EXPECT_GT(closed_in, left_in);
  source_.reset();
}

TEST_F(MemorySourceTest, RejectsRecordsAtTheLimitUntilSomeAreSettled) {
  begin({.topics = {"a"}, .partitions = 1, .records_max = 2});
  start();
  EXPECT_TRUE(append(0, "1"));
  EXPECT_TRUE(append(0, "2"));
  const auto refused = append(0, "3");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kServiceUnavailable);
  run_until([&] { return spy_.records.size() == 2; });
  source_->done(spy_.records[0].position);
  EXPECT_EQ(topics_->records(), 1u);
  EXPECT_TRUE(append(0, "3"));
  end();
}

TEST_F(MemorySourceTest, RefusesATopicThereIsNot) {
  begin({.topics = {"a"}});
  const auto refused = append(1, "v");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  end();
}

TEST_F(MemorySourceTest, KeepsTheYoungestDeadLetters) {
  begin({.topics = {"a"}, .partitions = 1, .dead_letters_max = 2});
  start();
  spy_.on_record_do = [&](const Record& record) {
    source_->dead_letter(record.position, {"bad", ErrorCode::kValidation},
                         spy_.holds[record.position]);
    return SourceListener::Next::kMore;
  };
  for (const char* value : {"1", "2", "3"}) ASSERT_TRUE(append(0, value));
  run_until([&] { return spy_.records.size() == 3; });
  ASSERT_EQ(topics_->dead_letters().size(), 2u);
  EXPECT_EQ(topics_->dead_letters()[0].record.value, "2");
  EXPECT_EQ(source_->status().dead_letters_written, 3u);
  EXPECT_EQ(topics_->records(), 0u);
  end();
}

TEST_F(MemorySourceTest, IsDownWhenItDoesNotRun) {
  begin({.topics = {"a"}});
  EXPECT_FALSE(source_->status().up);
  EXPECT_FALSE(source_->status().reason.empty());
  start();
  EXPECT_TRUE(source_->status().up);
  end();
}

}  // namespace
}  // namespace hermod
