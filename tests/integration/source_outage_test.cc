// KafkaSource while its broker is unavailable: killed, frozen, or not started. Each test has its
// own broker.

#include "kafka/embedded_kafka.h"
#include "source_fixture.h"

namespace hermod {
namespace {

class SourceOutage : public test::SourceTest {
 protected:
  KafkaSourceOptions options_of(const test::KafkaServer& server) const {
    KafkaSourceOptions options;
    options.brokers = server.bootstrap();
    options.topics = {topic_};
    options.group = "group-" + name_;
    options.client_id = "test";
    options.dead_letter_topic = dead_topic_;
    return options;
  }
};

TEST_F(SourceOutage, AKilledBrokerIsNoticedAndItsReturnToo) {
  test::KafkaServer server;
  ASSERT_TRUE(server.start());
  ASSERT_TRUE(server.create_topic(topic_, 2));
  publish(server, topic_, "before");
  auto reader = make_reader(options_of(server));
  settle_all(*reader);
  start(*reader);
  run_until([&] { return reader->spy.records.size() == 1; });

  server.kill();
  run_until([&] { return !reader->spy.up(); }, std::chrono::seconds(3));
  EXPECT_FALSE(reader->spy.reasons.back().empty());
  EXPECT_FALSE(reader->source->status().up);
  EXPECT_NE(reader->source->status().reason, "");

  ASSERT_TRUE(server.start());
  publish(server, topic_, "after");
  run_until([&] { return reader->spy.up() && reader->spy.distinct().contains("after"); });
  EXPECT_EQ(reader->source->status().reason, "");
  end(*reader);
}

TEST_F(SourceOutage, AFrozenBrokerIsNoticedAndItsThawToo) {
  test::KafkaServer server;
  ASSERT_TRUE(server.start());
  ASSERT_TRUE(server.create_topic(topic_, 1));
  auto reader = make_reader(options_of(server));
  settle_all(*reader);
  start(*reader);
  run_until([&] { return reader->spy.up(); });
  server.freeze();
  run_until([&] { return !reader->spy.up(); }, std::chrono::seconds(10));
  server.thaw();
  run_until([&] { return reader->spy.up(); }, std::chrono::seconds(10));
  publish(server, topic_, "after");
  run_until([&] { return reader->spy.records.size() == 1; });
  end(*reader);
}

TEST_F(SourceOutage, AbsentAtStartIsWaitedFor) {
  test::KafkaServer server;
  auto reader = make_reader(options_of(server));
  settle_all(*reader);
  start(*reader);
  run_until([&] { return reader->source->status().reason.find("refused") != std::string::npos; });
  EXPECT_TRUE(reader->spy.states.empty()) << "the initial state is kDown, so there was no change";
  ASSERT_TRUE(server.start());
  ASSERT_TRUE(server.create_topic(topic_, 1));
  publish(server, topic_, "first");
  run_until([&] { return reader->spy.up() && reader->spy.records.size() == 1; });
  end(*reader);
}

TEST_F(SourceOutage, CloseWithTheBrokerGoneIsBoundedAndHoldsUpNothing) {
  test::KafkaServer server;
  ASSERT_TRUE(server.start());
  ASSERT_TRUE(server.create_topic(topic_, 1));
  publish(server, topic_, "open");
  auto reader = make_reader(options_of(server));
  start(*reader);
  run_until([&] { return reader->spy.records.size() == 1; });
  reader->source->done(reader->spy.records[0].position);
  server.kill();
  int64_t slowest_ms = 0;
  int64_t last = clock_.steady_ms();
  uv::Timer beat(loop(), [&] {
    slowest_ms = std::max(slowest_ms, clock_.steady_ms() - last);
    last = clock_.steady_ms();
  });
  beat.start(1, 1);
  reader->spy.holds.clear();
  bool left = false;
  reader->source->leave(100, [&] { left = true; });
  run_until([&] { return left; }, std::chrono::seconds(15));
  bool closed = false;
  reader->source->close([&] { closed = true; });
  run_until([&] { return closed; }, std::chrono::seconds(15));
  EXPECT_LT(slowest_ms, 300) << "the loop was blocked";
  reader->source.reset();
}

TEST_F(SourceOutage, CloseAfterTheBrokerWasMissedIsQuick) {
  test::KafkaServer server;
  ASSERT_TRUE(server.start());
  ASSERT_TRUE(server.create_topic(topic_, 1));
  auto reader = make_reader(options_of(server));
  start(*reader);
  run_until([&] { return reader->spy.up(); });
  server.kill();
  run_until([&] { return !reader->spy.up(); });
  bool closed = false;
  reader->source->close([&] { closed = true; });
  run_until([&] { return closed; }, std::chrono::seconds(2));
  reader->source.reset();
}

TEST_F(SourceOutage, CloseWithABrokerFrozenIsBounded) {
  test::KafkaServer server;
  ASSERT_TRUE(server.start());
  ASSERT_TRUE(server.create_topic(topic_, 1));
  auto reader = make_reader(options_of(server));
  start(*reader);
  run_until([&] { return reader->spy.up(); });
  server.freeze();
  bool closed = false;
  reader->source->close([&] { closed = true; });
  run_until([&] { return closed; }, std::chrono::seconds(15));
  reader->source.reset();
  server.thaw();
}

TEST_F(SourceOutage, CloseWithANameThatDoesNotResolve) {
  KafkaSourceOptions options;
  options.brokers = "no-such-host.invalid:9092";
  options.topics = {topic_};
  options.group = "g";
  options.client_id = "test";
  auto reader = make_reader(options);
  start(*reader);
  run_until([&] { return reader->source->status().reason.find("resolve") != std::string::npos; });
  end(*reader, 0);
}

}  // namespace
}  // namespace hermod
