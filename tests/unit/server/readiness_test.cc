#include "server/readiness.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"

namespace hermod {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FixedBus final : public Bus {
 public:
  Result<void> start(BusListener& /*texts*/, PublishListener& /*publications*/) override {
    return {};
  }
  ShardId shard_of(std::string_view /*user*/) const override { return 0; }
  void publish(const Publication& /*publication*/) override {}
  void subscribe(std::string_view /*user*/) override {}
  void unsubscribe(std::string_view /*user*/) override {}
  void replay(const ReplayRequest& /*request*/, ReplayDone /*done*/) override {}
  void acknowledge(const Acknowledgement& /*acknowledgement*/) override {}
  void end_cursor(std::string_view /*user*/, const Cursor& /*cursor*/, CursorEnd /*end*/) override {
  }
  void revoke(const RevokeRequest&, RevokeDone) override {}
  BusStatus status() const override { return current; }
  void close(Closed closed) override { closed(); }

  BusStatus current;
};

class FixedSource final : public Source {
 public:
  Result<void> start(SourceListener& /*listener*/) override { return {}; }
  void done(const Position& /*position*/) override {}
  void dead_letter(const Position& /*position*/, const DeadReason& /*why*/,
                   const RecordHold& /*hold*/) override {}
  void defer(const Position& /*position*/) override {}
  void read_deferred() override {}
  void resume() override {}
  SourceStatus status() const override { return current; }
  void leave(uint64_t /*patience_ms*/, Closed left) override { left(); }
  void close(Closed closed) override { closed(); }

  SourceStatus current;
};

class ReadinessTest : public ::testing::Test {
 protected:
  ReadinessTest() {
    bus_.current.up = true;
    source_.current.up = true;
  }

  test::FakeClock clock_;
  FixedBus bus_;
  FixedSource source_;
  ExternalTypes external_types_{{"orders"}};
  ReloadStatus reload_;
  Readiness readiness_{{clock_, bus_, source_, external_types_, reload_}};
};

TEST_F(ReadinessTest, IsReadyWhileBothBackendsAreUp) {
  EXPECT_TRUE(readiness_.ready());
  EXPECT_THAT(readiness_.reasons(), IsEmpty());
  EXPECT_THAT(readiness_.warnings(), IsEmpty());
}

TEST_F(ReadinessTest, NamesEachReasonForNotBeingReady) {
  bus_.current.up = false;
  bus_.current.reason = "refused";
  source_.current.up = false;
  source_.current.reason = "no broker";
  readiness_.set_draining();
  EXPECT_FALSE(readiness_.ready());
  EXPECT_THAT(readiness_.reasons(), ElementsAre("draining: the process is shutting down",
                                                "Redis: refused", "Kafka: no broker"));
}

TEST_F(ReadinessTest, ABusThatIsUpWithAReasonIsNotReady) {
  bus_.current.reason = "it refuses writes";
  EXPECT_FALSE(readiness_.ready());
  EXPECT_THAT(readiness_.reasons(), ElementsAre("Redis is up, but it refuses writes"));
}

TEST_F(ReadinessTest, OneWorkingShardIsEnough) {
  bus_.current.mode = BusMode::kCluster;
  bus_.current.shards = {{.address = "10.0.0.7:6379", .up = false, .reason = "refused"},
                         {.address = "10.0.0.8:6379", .up = true}};
  EXPECT_TRUE(readiness_.ready());
  EXPECT_TRUE(readiness_.degraded());
  EXPECT_THAT(readiness_.reasons(), ElementsAre("the Redis shard 10.0.0.7:6379: refused"));
  bus_.current.shards[1].reason = "messages cannot be published";
  EXPECT_FALSE(readiness_.ready());
  EXPECT_FALSE(readiness_.degraded());
  EXPECT_THAT(readiness_.reasons(),
              ElementsAre("the Redis shard 10.0.0.7:6379: refused",
                          "the Redis shard 10.0.0.8:6379 is up, but messages cannot be published"));
  bus_.current.shards = {{.address = "10.0.0.7:6379", .up = true}};
  EXPECT_TRUE(readiness_.ready());
  EXPECT_FALSE(readiness_.degraded());
}

TEST_F(ReadinessTest, ReplicasAndOpenSlotsAreWarnings) {
  bus_.current.shards = {{.address = "r:6379", .up = true}};
  bus_.current.shards[0].replication = "no replica is known";
  bus_.current.open_slots = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  bus_.current.troubles = {"two masters are on one host"};
  source_.current.partitions_deferred = 2;
  EXPECT_TRUE(readiness_.ready());
  EXPECT_FALSE(readiness_.degraded());
  EXPECT_THAT(readiness_.reasons(), IsEmpty());
  const std::vector<std::string> warnings = readiness_.warnings();
  ASSERT_EQ(warnings.size(), 12u);
  EXPECT_THAT(warnings[0], HasSubstr("2 Kafka partitions have records that are set aside"));
  EXPECT_EQ(warnings[1], "the Redis shard r:6379 answers without a replica: no replica is known");
  EXPECT_EQ(warnings[2], "the slot 1 of the Redis Cluster is open: the records of its users wait");
  EXPECT_EQ(warnings[10], "2 more slots of the Redis Cluster are open");
  EXPECT_EQ(warnings[11], "two masters are on one host");
}

TEST_F(ReadinessTest, ATopicWithExternalTypesOnlyIsNotReady) {
  external_types_.on_external(0, "order.created", clock_.steady_ms());
  clock_.advance(ExternalTypes::kWindowMs + 1);
  external_types_.on_external(0, "order.created", clock_.steady_ms());
  EXPECT_FALSE(readiness_.ready());
  EXPECT_THAT(readiness_.reasons(), ElementsAre(HasSubstr("(order.created): add the type")));
}

TEST_F(ReadinessTest, OtherFaultsDoNotChangeIt) {
  source_.current.dead_letter_error = "denied";
  source_.current.missing_topics = {"orders"};
  reload_.error = "PORT is wrong";
  EXPECT_TRUE(readiness_.ready());
  EXPECT_THAT(readiness_.reasons(), ElementsAre("dead letters cannot be written: denied"));
  EXPECT_THAT(readiness_.warnings(), ElementsAre("the Kafka topic does not exist: orders",
                                                 HasSubstr("settings are unchanged: PORT")));
}

}  // namespace
}  // namespace hermod
