#include "source/idle_source.h"

#include <memory>

#include "source/absent_record_producer.h"
#include "support/loop_test.h"
#include "support/source_listener.h"

namespace hermod {
namespace {

class IdleSourceTest : public test::LoopTest {
 protected:
  void close() {
    bool closed = false;
    source_->close([&] { closed = true; });
    EXPECT_FALSE(closed) << "inside the call";
    run_until([&] { return closed; });
    EXPECT_FALSE(source_->status().up);
    source_.reset();
  }

  test::SourceSpy spy_;
  std::unique_ptr<IdleSource> source_ = std::make_unique<IdleSource>(loop(), "broker:9092");
};

TEST_F(IdleSourceTest, IsUpWithoutRecords) {
  ASSERT_TRUE(source_->start(spy_));
  EXPECT_FALSE(source_->status().up) << "the listener is not called inside start()";
  run_until([this] { return source_->status().up; });
  EXPECT_FALSE(source_->status().consumes);
  EXPECT_EQ(source_->status().brokers, "broker:9092");
  EXPECT_EQ(source_->status().reason, "");
  close();
}

TEST_F(IdleSourceTest, LeavesAndClosesOnce) {
  ASSERT_TRUE(source_->start(spy_));
  int left = 0;
  source_->leave(1000, [&] { ++left; });
  source_->leave(1000, [&] { ++left; });
  EXPECT_EQ(left, 0) << "inside the call";
  run_until([&] { return left > 0; });
  close();
  EXPECT_EQ(left, 1);
}

TEST_F(IdleSourceTest, CloseInsideTheCallbackOfLeaveCompletesLater) {
  ASSERT_TRUE(source_->start(spy_));
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

TEST_F(IdleSourceTest, LeaveAndCloseBothCompleteIfTheyCameTogether) {
  ASSERT_TRUE(source_->start(spy_));
  int left = 0;
  source_->leave(0, [&] { ++left; });
  close();
  EXPECT_EQ(left, 1);
}

TEST_F(IdleSourceTest, ClosesWithoutAStart) {
  close();
}

TEST_F(IdleSourceTest, TheProducerRefusesRecords) {
  auto producer = std::make_unique<AbsentRecordProducer>(loop());
  const auto sent =
      producer->send(0, "key", "value", [](const Result<RecordPosition>&) { FAIL(); });
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kServiceUnavailable);
  bool closed = false;
  producer->close([&] { closed = true; });
  run_until([&] { return closed; });
  producer.reset();
  close();
}

}  // namespace
}  // namespace hermod
