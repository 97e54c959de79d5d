// KafkaSender on a real Kafka: each record has one result, even without a broker.

#include "source/kafka_sender.h"

#include "source_fixture.h"

namespace hermod {
namespace {

class SourceSender : public test::SourceTest {
 protected:
  KafkaSenderOptions sender_options(const std::string& brokers) const {
    return {.brokers = brokers, .client_id = "sender", .acknowledge_timeout_ms = 1000};
  }
  void close(KafkaSender& sender) {
    bool closed = false;
    sender.close([&] { closed = true; });
    EXPECT_FALSE(closed);
    run_until([&] { return closed; });
  }
};

TEST_F(SourceSender, AnswersWithThePlace) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  KafkaSender sender(loop(), log_, sender_options(shared_server().bootstrap()));
  std::vector<int64_t> offsets;
  for (int i = 0; i < 3; ++i) {
    const auto sent =
        sender.send({topic_, "key", "value", {}}, [&](const Result<KafkaPosition>& at) {
          ASSERT_TRUE(at.ok()) << at.error().message;
          offsets.push_back(at.value().offset);
        });
    ASSERT_TRUE(sent.ok()) << sent.error().message;
  }
  EXPECT_TRUE(offsets.empty());  // `done` is never called inside send()
  run_until([&] { return offsets.size() == 3; });
  EXPECT_EQ(offsets, (std::vector<int64_t>{0, 1, 2}));
  close(sender);
}

TEST_F(SourceSender, WithoutABrokerItSaysSoInTime) {
  KafkaSender sender(loop(), log_, sender_options("127.0.0.1:1"));
  std::string why;
  ASSERT_TRUE(sender
                  .send({topic_, "key", "value", {}},
                        [&](const Result<KafkaPosition>& at) { why = at.error().message; })
                  .ok());
  run_until([&] { return !why.empty(); });
  EXPECT_NE(why.find("not acknowledged"), std::string::npos) << why;
  close(sender);
}

TEST_F(SourceSender, TakesSoManyAndNoMore) {
  KafkaSenderOptions options = sender_options("127.0.0.1:1");
  options.open_max = 2;
  KafkaSender sender(loop(), log_, options);
  int given_up = 0;
  const auto count = [&](const Result<KafkaPosition>& position) {
    EXPECT_EQ(position.error().code, ErrorCode::kServiceUnavailable);
    ++given_up;
  };
  EXPECT_TRUE(sender.send({topic_, "key", "value", {}}, count).ok());
  EXPECT_TRUE(sender.send({topic_, "key", "value", {}}, count).ok());
  const auto third = sender.send({topic_, "key", "value", {}}, count);
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().code, ErrorCode::kRateLimit);
  close(sender);  // while both records are not acknowledged
  EXPECT_EQ(given_up, 2);
  EXPECT_EQ(sender.send({topic_, "key", "value", {}}, count).error().code,
            ErrorCode::kServiceUnavailable);
}

TEST_F(SourceSender, ClosesUnused) {
  KafkaSender sender(loop(), log_, sender_options("127.0.0.1:1"));
  close(sender);
}

}  // namespace
}  // namespace hermod
