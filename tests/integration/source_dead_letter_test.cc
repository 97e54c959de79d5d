// Dead letters on a real Kafka: their form, sizes that the broker rejects, and a missing topic.

#include <algorithm>
#include <optional>

#include "source_fixture.h"

namespace hermod {
namespace {

using Next = SourceListener::Next;

class SourceDeadLetters : public test::SourceTest {
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
      return Next::kMore;
    };
  }
  void wait_written(Reader& reader, uint64_t count) {
    run_until([&] { return reader.source->status().dead_letters_written >= count; });
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
  std::string header(const ReadDeadLetter& letter, std::string_view name) {
    for (const auto& [one, value] : letter.headers) {
      if (one == name) return value.value_or("(null)");
    }
    return "(none)";
  }
};

TEST_F(SourceDeadLetters, KeepTheRecordAndSayWhy) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  ASSERT_TRUE(shared_server().create_topic(dead_topic_, 2));
  publish(shared_server(), topic_, "good");
  publish(shared_server(), topic_, "bad one", "key-1",
          {{"event_id", "e-1"},
           {"empty", ""},
           {"null", std::nullopt},
           {"hermod-replays", "2"},
           {"hermod-reason", "an older one"}});
  auto reader = make_reader(options());
  judge(*reader);
  start(*reader);
  wait_written(*reader, 1);
  const auto read = letters(shared_server());
  ASSERT_EQ(read.size(), 1u);
  const ReadDeadLetter& letter = read[0];
  EXPECT_EQ(letter.key, "key-1");
  EXPECT_EQ(letter.value, "bad one");
  EXPECT_EQ(letter.reason, "invalid_json");
  EXPECT_EQ(letter.error_code, "PARSING_ERROR");
  EXPECT_EQ(letter.topic, topic_);
  EXPECT_EQ(letter.record_partition, 0);
  EXPECT_EQ(letter.record_offset, 1);
  EXPECT_EQ(letter.time.size(), std::string("2026-01-31T08:15:30.123Z").size());
  EXPECT_EQ(letter.replays, 2u);
  EXPECT_EQ(letter.original_bytes, std::nullopt);
  EXPECT_EQ(letter.headers.size(), 3u);
  EXPECT_EQ(header(letter, "event_id"), "e-1");
  EXPECT_EQ(header(letter, "empty"), "");
  EXPECT_EQ(header(letter, "null"), "(null)");
  end(*reader);
}

TEST_F(SourceDeadLetters, WhatTheBrokerRefusesForItsSizeIsCut) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1, "max.message.bytes=5000000"));
  ASSERT_TRUE(shared_server().create_topic(dead_topic_, 1, "max.message.bytes=100000"));
  const std::string large = "bad" + std::string(2'000'000, 'x');
  publish(shared_server(), topic_, "bad before");
  publish(shared_server(), topic_, large);
  publish(shared_server(), topic_, "bad behind");
  auto reader = make_reader(options());
  judge(*reader);
  start(*reader);
  wait_written(*reader, 3);
  const auto read = letters(shared_server());
  ASSERT_EQ(read.size(), 3u);
  for (const ReadDeadLetter& letter : read) {
    if (letter.record_offset != 1) {
      EXPECT_EQ(letter.original_bytes, std::nullopt);
      continue;
    }
    EXPECT_EQ(letter.value, large.substr(0, 64 * 1024));
    EXPECT_EQ(letter.original_bytes, 2'000'003);
    EXPECT_EQ(letter.key, "k");
  }
  EXPECT_EQ(reader->source->status().dead_letter_error, "");
  end(*reader);
}

TEST_F(SourceDeadLetters, ATopicSmallerThanACutLetterGetsLess) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  ASSERT_TRUE(shared_server().create_topic(dead_topic_, 1, "max.message.bytes=2000"));
  publish(shared_server(), topic_, "bad" + std::string(100'000, 'x'));
  auto reader = make_reader(options());
  judge(*reader);
  start(*reader);
  wait_written(*reader, 1);
  const auto read = letters(shared_server());
  ASSERT_EQ(read.size(), 1u);
  EXPECT_GT(read[0].value->size(), 500u);
  EXPECT_LT(read[0].value->size(), 2000u);
  EXPECT_EQ(read[0].original_bytes, 100'003);
  end(*reader);
}

TEST_F(SourceDeadLetters, AKeyThatIsTooLargeIsTruncatedAndDelaysNoRecord) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  ASSERT_TRUE(shared_server().create_topic(dead_topic_, 1));
  const std::string key(5000, 'k');
  publish(shared_server(), topic_, "bad one", key, {{"foreign", std::string(3000, 'x')}});
  publish(shared_server(), topic_, "bad behind", "k", {{"foreign", "y"}});
  auto narrow = options();
  narrow.properties = {{"message.max.bytes", "2000"}};
  auto reader = make_reader(narrow);
  judge(*reader);
  start(*reader);
  wait_written(*reader, 2);
  const auto read = letters(shared_server());
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].key, key.substr(0, 1250));
  EXPECT_EQ(read[0].value, "");
  EXPECT_EQ(read[0].original_bytes, 7);
  EXPECT_EQ(read[0].record_offset, 0);
  EXPECT_EQ(header(read[0], "foreign"), "(none)");
  EXPECT_EQ(read[1].value, "bad behind");
  EXPECT_EQ(read[1].original_bytes, std::nullopt);
  EXPECT_EQ(header(read[1], "foreign"), "y");
  end(*reader);
}

TEST_F(SourceDeadLetters, ABatchThatIsTooLargeCutsNoneThatFits) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  ASSERT_TRUE(shared_server().create_topic(dead_topic_, 1, "max.message.bytes=2000"));
  auto producer = BlockingProducer::open({.brokers = shared_server().bootstrap()}).take();
  constexpr int kCount = 50;
  for (int i = 0; i < kCount; ++i) {
    producer->send({topic_, "k", "bad" + std::to_string(i) + std::string(500, 'x'), {}});
  }
  producer->finish();
  auto reader = make_reader(options());
  judge(*reader);
  start(*reader);
  wait_written(*reader, kCount);
  const auto read = letters(shared_server());
  EXPECT_EQ(read.size(), static_cast<size_t>(kCount));
  // Their order is not checked: a second batch may be sent before the first is rejected.
  std::set<int64_t> offsets;
  for (const ReadDeadLetter& letter : read) {
    EXPECT_EQ(letter.original_bytes, std::nullopt);
    EXPECT_EQ(letter.value->size(), 503 + std::to_string(letter.record_offset.value()).size());
    offsets.insert(letter.record_offset.value());
  }
  EXPECT_EQ(offsets.size(), static_cast<size_t>(kCount));
  end(*reader);
}

TEST_F(SourceDeadLetters, WhatFitsAtNoSizeIsGivenUp) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  ASSERT_TRUE(shared_server().create_topic(dead_topic_, 1, "max.message.bytes=100"));
  publish(shared_server(), topic_, "bad one");
  publish(shared_server(), topic_, "bad too");
  auto reader = make_reader(options());
  judge(*reader);
  start(*reader);
  run_until([&] { return reader->source->status().dead_letter_failures == 2; });
  EXPECT_EQ(reader->source->status().dead_letters_open, 0u);
  EXPECT_EQ(reader->source->status().dead_letters_written, 0u);
  EXPECT_EQ(reader->source->status().dead_letter_error, "");
  EXPECT_TRUE(log_.has("dropped a dead letter"));
  end(*reader);

  expect_all_committed();
}

TEST_F(SourceDeadLetters, AMissingTopicDelaysNoRecordAndNothingIsLost) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  auto producer = BlockingProducer::open({.brokers = shared_server().bootstrap()}).take();
  constexpr int kCount = 60;
  for (int i = 0; i < kCount; ++i) {
    producer->send({topic_, "k", (i % 2 == 0 ? "bad" : "good") + std::to_string(i), {}});
  }
  producer->finish();
  auto few = options();
  few.dead_letters_max = 10;
  auto reader = make_reader(few);
  judge(*reader);
  start(*reader);
  run_until([&] { return reader->spy.records.size() >= 12; });
  run_until([&] { return !reader->source->status().dead_letter_error.empty(); });
  // At the limit, further dead letters are deferred, and valid records are still handed out.
  run_until([&] { return reader->spy.distinct().contains("good59"); });
  EXPECT_GT(reader->source->status().dead_letter_failures, 0u);
  EXPECT_LE(reader->source->status().dead_letters_open, 10u);
  EXPECT_TRUE(log_.has("dead letters cannot be written"));

  ASSERT_TRUE(shared_server().create_topic(dead_topic_, 1));
  wait_written(*reader, kCount / 2);
  run_until([&] { return reader->source->status().dead_letters_open == 0; });
  // The last valid record is after the last dead letter, so it was read again too.
  run_until([&] { return reader->spy.records.back().value == "good59"; });
  EXPECT_EQ(reader->source->status().dead_letter_error, "");
  std::set<std::string> values;
  for (const ReadDeadLetter& letter : letters(shared_server())) values.insert(*letter.value);
  EXPECT_EQ(values.size(), static_cast<size_t>(kCount / 2));
  end(*reader);

  expect_all_committed();
}

TEST_F(SourceDeadLetters, WhatWaitsBelowThemIsReadAgainWithThem) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  publish(shared_server(), topic_, "good waits");
  for (int i = 0; i < 30; ++i) publish(shared_server(), topic_, "bad" + std::to_string(i));
  publish(shared_server(), topic_, "good last");
  auto few = options();
  few.dead_letters_max = 10;
  auto reader = make_reader(few);
  judge(*reader);
  const auto judged = reader->spy.on_record_do;
  std::optional<Position> waiting;
  reader->spy.on_record_do = [&](const Record& record) {
    if (record.value != "good waits") return judged(record);
    waiting = record.position;
    return Next::kMore;
  };
  start(*reader);
  run_until([&] { return reader->spy.distinct().contains("good last"); });
  run_until([&] { return !reader->source->status().dead_letter_error.empty(); });
  const Position first = *waiting;
  ASSERT_TRUE(shared_server().create_topic(dead_topic_, 1));
  run_until([&] { return !reader->spy.revoked.empty(); });
  reader->source->done(first);  // has no effect, because the record's epoch has ended
  run_until([&] { return std::ranges::count(reader->spy.values(), "good last") == 2; });
  EXPECT_EQ(std::ranges::count(reader->spy.values(), "good waits"), 2);
  EXPECT_NE(waiting->epoch, first.epoch);
  end(*reader, 100);

  auto next = make_reader(options());
  judge(*next);
  start(*next);
  run_until([&] { return !next->spy.records.empty(); });
  EXPECT_EQ(next->spy.values()[0], "good waits") << "its offset was not committed";
  end(*next);
}

TEST_F(SourceDeadLetters, UnacknowledgedOnesComeAgainAfterARestart) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  for (const char* value : {"good", "bad", "good too"}) publish(shared_server(), topic_, value);
  auto reader = make_reader(options());
  judge(*reader);
  start(*reader);
  run_until([&] { return reader->spy.records.size() == 3; });
  EXPECT_EQ(reader->source->status().dead_letters_open, 1u);
  end(*reader, 100);

  ASSERT_TRUE(shared_server().create_topic(dead_topic_, 1));
  auto next = make_reader(options());
  judge(*next);
  start(*next);
  wait_written(*next, 1);
  EXPECT_EQ(next->spy.values(), (std::vector<std::string>{"bad", "good too"}));
  end(*next);
}

TEST_F(SourceDeadLetters, TheyKeepTheOrderOfTheirKey) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  ASSERT_TRUE(shared_server().create_topic(dead_topic_, 3));
  auto producer = BlockingProducer::open({.brokers = shared_server().bootstrap()}).take();
  constexpr int kCount = 500;
  for (int i = 0; i < kCount; ++i) {
    producer->send({topic_, "one key", "bad" + std::to_string(i), {}});
  }
  producer->finish();
  auto reader = make_reader(options());
  judge(*reader);
  start(*reader);
  wait_written(*reader, kCount);
  int next = 0;
  for (const ReadDeadLetter& letter : letters(shared_server())) {
    EXPECT_EQ(letter.value, "bad" + std::to_string(next++));
  }
  EXPECT_EQ(next, kCount);
  end(*reader);
}

TEST_F(SourceDeadLetters, WithoutATopicTheyAreDropped) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  publish(shared_server(), topic_, "bad");
  auto none = options();
  none.dead_letter_topic = "";
  auto reader = make_reader(none);
  judge(*reader);
  start(*reader);
  run_until([&] { return reader->spy.records.size() == 1; });
  EXPECT_EQ(reader->source->status().open, 0u);
  EXPECT_EQ(reader->source->status().dead_letters_written, 0u);
  end(*reader);
}

TEST_F(SourceDeadLetters, ReadingAMissingTopicIsAnError) {
  const auto read =
      read_dead_letters({.brokers = shared_server().bootstrap(), .topic = "no-such-topic"},
                        [](const ReadDeadLetter&) { return true; });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace hermod
