// A dead-letter topic that cannot be written, on a real Kafka: valid records are still handed out,
// offsets are held for a limited time, and closing does not wait for the topic.

#include <algorithm>
#include <map>

#include "source_fixture.h"
#include "uv/timer.h"

namespace hermod {
namespace {

using Next = SourceListener::Next;

class SourceHeldOffset : public test::SourceTest {
 protected:
  // Makes "bad…" records dead letters, and settles all others as done.
  static void judge(Reader& reader) {
    reader.spy.on_record_do = [&reader](const Record& record) {
      if (record.value.starts_with("bad")) {
        reader.source->dead_letter(record.position, {"invalid_json", ErrorCode::kParsing},
                                   reader.spy.holds[record.position]);
      } else {
        reader.source->done(record.position);
      }
      reader.spy.holds.erase(record.position);
      return Next::kMore;
    };
  }
  KafkaSourceOptions held_for(uint64_t ms) const {
    KafkaSourceOptions made = options();
    made.dead_letter_hold_ms = ms;
    return made;
  }
  void publish_all(const std::vector<std::string>& values) {
    auto producer = BlockingProducer::open({.brokers = shared_server().bootstrap(),
                                            .properties = {{"message.max.bytes", "2000000"}}})
                        .take();
    for (const std::string& value : values) producer->send({topic_, "k", value, {}});
    producer->finish();
  }
  // The next reader of the group receives only records that are published from now on.
  void expect_all_committed() {
    publish(shared_server(), topic_, "next");
    auto next = make_reader(options());
    judge(*next);
    start(*next);
    run_until([&] { return !next->spy.records.empty(); });
    EXPECT_EQ(next->spy.values(), std::vector<std::string>{"next"});
    end(*next);
  }
};

TEST_F(SourceHeldOffset, LargeDeadLettersDoNotHoldUpGoodRecords) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1, "max.message.bytes=2000000"));
  std::vector<std::string> values(18, "bad" + std::string(950'000, 'x'));
  for (int i = 0; i < 20; ++i) values.push_back("good" + std::to_string(i));
  publish_all(values);
  auto reader = make_reader(options());
  judge(*reader);
  start(*reader);
  run_until([&] { return reader->spy.distinct().contains("good19"); }, std::chrono::seconds(20));
  EXPECT_TRUE(reader->source->status().up);
  publish(shared_server(), topic_, "good later");
  run_until([&] { return reader->spy.distinct().contains("good later"); });
  EXPECT_GT(reader->source->status().dead_letter_failures, 0u);
  end(*reader, 100);
}

TEST_F(SourceHeldOffset, IsHeldForABoundedTimeAndThenTheLetterStandsInTheLog) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  const std::string bad = "bad \"quoted\" " + std::string(5000, 'x') + "end";
  publish_all({bad, "good"});
  auto reader = make_reader(held_for(3000));
  judge(*reader);
  start(*reader);
  run_until([&] { return reader->spy.records.size() == 2; });
  run_until([&] { return reader->source->status().oldest_held_ms > 1000; });
  EXPECT_EQ(reader->source->status().dead_letters_logged, 0u);
  run_until([&] { return reader->source->status().dead_letters_logged == 1; },
            std::chrono::seconds(20));
  EXPECT_EQ(reader->source->status().dead_letters_open, 0u);
  run_until([&] { return reader->source->status().oldest_held_ms == 0; });
  std::string logged;
  for (const std::string& line : log_.lines) {
    const std::string field = "dead_letter.value=";
    if (const size_t at = line.find(field); at != std::string::npos) {
      logged += line.substr(at + field.size());
      EXPECT_NE(line.find("offset=0"), std::string::npos);
      EXPECT_NE(line.find("reason=invalid_json"), std::string::npos);
    }
  }
  EXPECT_EQ(logged, bad);
  end(*reader);

  expect_all_committed();
}

TEST_F(SourceHeldOffset, WhatThereWasNoRoomForIsHeldForNoLonger) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  std::vector<std::string> values;
  for (int i = 0; i < 60; ++i) {
    values.push_back((i % 2 == 0 ? "bad" : "good") + std::to_string(i));
  }
  publish_all(values);
  auto few = held_for(3000);
  few.dead_letters_max = 10;
  auto reader = make_reader(few);
  judge(*reader);
  start(*reader);
  std::set<std::string> logged;
  run_until(
      [&] {
        for (const std::string& line : log_.lines) {
          const std::string field = "dead_letter.value=";
          const size_t at = line.find(field);
          if (at != std::string::npos) logged.insert(line.substr(at + field.size()));
        }
        return logged.size() == 30;
      },
      std::chrono::seconds(40));
  run_until([&] { return reader->source->status().oldest_held_ms == 0; }, std::chrono::seconds(20));
  end(*reader);

  expect_all_committed();
}

// There is room when the second of the three dead letters is written; the valid records are
// published before that.
TEST_F(SourceHeldOffset, WhatComesWhileLargeDeadLettersAreWrittenIsRead) {
  const std::string large = "max.message.bytes=20000000";
  ASSERT_TRUE(shared_server().create_topic(topic_, 1, large));
  auto producer = BlockingProducer::open({.brokers = shared_server().bootstrap(),
                                          .properties = {{"message.max.bytes", "20000000"}}})
                      .take();
  auto reader = make_reader(held_for(500));
  judge(*reader);
  start(*reader);
  publish(shared_server(), topic_, "bad first");
  run_until([&] { return reader->source->status().dead_letters_logged == 1; },
            std::chrono::seconds(20));
  for (const size_t size : {size_t{1}, size_t{9'000'000}, size_t{9'000'000}}) {
    producer->send({topic_, "k", "bad" + std::string(size, 'x'), {}});
  }
  producer->finish();
  run_until([&] { return reader->source->status().dead_letters_open == 3; },
            std::chrono::seconds(20));
  ASSERT_TRUE(shared_server().create_topic(dead_topic_, 1, large));
  size_t sent = 0;
  uv::Timer sending(loop(), [&] {
    producer->send({topic_, "k", "good" + std::to_string(sent++), {}});
    sending.start(5);
  });
  sending.start(1);
  run_until([&] { return reader->source->status().dead_letters_open == 0; },
            std::chrono::seconds(30));
  sending.stop();
  producer->finish();
  const std::string last = "good" + std::to_string(sent - 1);
  run_until([&] { return reader->spy.records.back().value == last; }, std::chrono::seconds(10));
  end(*reader, 100);
}

TEST_F(SourceHeldOffset, AFloodIsLoggedOverManyLoopIterations) {
  constexpr uint64_t kFlood = 40;
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  auto one = held_for(500);
  one.dead_letters_max = 1;
  auto reader = make_reader(one);
  std::map<int, uint64_t> logged;  // inside on_record(), by the loop iteration
  int iteration = 0;
  reader->spy.on_record_do = [&](const Record& record) {
    const uint64_t before = reader->source->status().dead_letters_logged;
    reader->source->dead_letter(record.position, {"invalid_json", ErrorCode::kParsing},
                                reader->spy.holds[record.position]);
    logged[iteration] += reader->source->status().dead_letters_logged - before;
    reader->spy.holds.erase(record.position);
    return Next::kMore;
  };
  publish_all(std::vector<std::string>(kFlood, "bad" + std::string(60'000, 'x')));
  start(*reader);
  run_until(
      [&] {
        ++iteration;
        return reader->source->status().dead_letters_logged >= kFlood;
      },
      std::chrono::seconds(30));
  EXPECT_GE(logged.size(), kFlood / 5);
  for (const auto& [number, count] : logged) EXPECT_LE(count, 5u) << number;
  end(*reader, 100);
}

TEST_F(SourceHeldOffset, LeavingDoesNotWaitForTheTopic) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  publish_all({"bad", "good"});
  auto reader = make_reader(options());
  judge(*reader);
  start(*reader);
  run_until([&] { return reader->spy.records.size() == 2; });
  const int64_t began = clock_.steady_ms();
  end(*reader, 60'000);
  EXPECT_LT(clock_.steady_ms() - began, 10'000);

  auto next = make_reader(options());
  judge(*next);
  start(*next);
  run_until([&] { return next->spy.records.size() == 2; }, std::chrono::seconds(5));
  EXPECT_EQ(next->spy.values(), (std::vector<std::string>{"bad", "good"}));
  end(*next, 100);
}

}  // namespace
}  // namespace hermod
