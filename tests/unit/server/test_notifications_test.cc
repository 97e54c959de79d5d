#include "server/test_notifications.h"

#include <gmock/gmock.h>

#include <optional>

#include "support/fake_clock.h"

namespace hermod {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class LateProducer final : public RecordProducer {
 public:
  Result<void> send(uint32_t /*topic*/, std::string /*key*/, std::string value,
                    Done done) override {
    if (error) return *error;
    values.push_back(std::move(value));
    waiting.push_back(std::move(done));
    return {};
  }
  void close(Closed closed) override { closed(); }

  std::optional<Error> error;
  std::vector<std::string> values;
  std::vector<Done> waiting;
};

class TestNotificationsTest : public ::testing::Test {
 protected:
  TestNotificationsTest() { options_.kafka_topics = {"events"}; }

  Result<std::string> send(const std::string& user) {
    return notifications_.send({user, "greeting", "system_alerts", "standard", "{}"});
  }

  const ConsoleSent& newest() const { return notifications_.newest_first().front(); }

  test::FakeClock clock_;
  Options options_;
  LateProducer producer_;
  TestNotifications notifications_{clock_, options_, producer_};
};

TEST_F(TestNotificationsTest, IsAcknowledgedWithItsPosition) {
  const auto id = send("ann");
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(newest().correlation_id, id.value());
  EXPECT_EQ(newest().user, "ann");
  EXPECT_EQ(newest().state, "waiting");
  EXPECT_THAT(producer_.values.front(), HasSubstr(id.value()));
  producer_.waiting.front()(RecordPosition{"events", 2, 17});
  EXPECT_EQ(newest().state, "acknowledged");
  EXPECT_EQ(newest().detail, "events 2 17");
}

TEST_F(TestNotificationsTest, ShowsTheErrorOfTheProducer) {
  ASSERT_TRUE(send("ann").ok());
  producer_.waiting.front()(Error{ErrorCode::kServiceUnavailable, "timed out"});
  EXPECT_EQ(newest().state, "failed");
  EXPECT_EQ(newest().detail, "timed out");
  producer_.error = Error{ErrorCode::kServiceUnavailable, "closed"};
  EXPECT_FALSE(send("bob").ok());
  EXPECT_EQ(newest().state, "failed");
  EXPECT_EQ(newest().detail, "closed");
}

TEST_F(TestNotificationsTest, KeepsTheLastTwenty) {
  for (int i = 0; i < 21; ++i) ASSERT_TRUE(send("user-" + std::to_string(i)).ok());
  EXPECT_THAT(notifications_.newest_first(), SizeIs(20));
  EXPECT_EQ(newest().user, "user-20");
  producer_.waiting.front()(RecordPosition{"events", 0, 0});  // the displaced one
  for (const ConsoleSent& sent : notifications_.newest_first()) EXPECT_EQ(sent.state, "waiting");
}

}  // namespace
}  // namespace hermod
