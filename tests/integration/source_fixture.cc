#include "source_fixture.h"

#include "base/random.h"

namespace hermod::test {

void SourceTest::SetUp() {
  if (const std::string why = KafkaServer::unavailable(); !why.empty()) GTEST_SKIP() << why;
  name_ = random_uuid();
  topic_ = "first." + name_;
  other_topic_ = "second." + name_;
  dead_topic_ = "dead." + name_;
}

KafkaServer& SourceTest::shared_server() {
  static KafkaServer server;
  static const bool started = server.start();
  EXPECT_TRUE(started);
  return server;
}

KafkaSourceOptions SourceTest::options() const {
  KafkaSourceOptions options;
  options.brokers = shared_server().bootstrap();
  options.topics = {topic_};
  options.group = "group-" + name_;
  options.client_id = "test";
  options.dead_letter_topic = dead_topic_;
  return options;
}

std::unique_ptr<SourceTest::Reader> SourceTest::make_reader(const KafkaSourceOptions& options) {
  auto reader = std::make_unique<Reader>();
  reader->source = std::make_unique<KafkaSource>(loop(), log_, clock_, options);
  return reader;
}

void SourceTest::start(Reader& reader) {
  const auto started = reader.source->start(reader.spy);
  ASSERT_TRUE(started) << started.error().message;
}

void SourceTest::end(Reader& reader, uint64_t patience_ms) {
  bool left = false;
  reader.source->leave(patience_ms, [&left] { left = true; });
  run_until([&left] { return left; });
  close(reader);
}

void SourceTest::close(Reader& reader) {
  reader.spy.holds.clear();
  bool closed = false;
  reader.source->close([&closed] { closed = true; });
  run_until([&closed] { return closed; });
  reader.source.reset();
}

void SourceTest::publish(KafkaServer& server, const std::string& topic, const std::string& value,
                         const std::string& key, KafkaHeaders headers) {
  auto producer = BlockingProducer::open({.brokers = server.bootstrap()});
  ASSERT_TRUE(producer);
  const auto placed = producer.value()->produce({topic, key, value, std::move(headers)});
  EXPECT_TRUE(placed) << placed.error().message;
}

std::vector<ReadDeadLetter> SourceTest::letters(KafkaServer& server) {
  std::vector<ReadDeadLetter> letters;
  const auto read = read_dead_letters({.brokers = server.bootstrap(), .topic = dead_topic_},
                                      [&letters](const ReadDeadLetter& letter) {
                                        letters.push_back(letter);
                                        return true;
                                      });
  EXPECT_TRUE(read) << read.error().message;
  return letters;
}

void SourceTest::settle_all(Reader& reader) {
  reader.spy.on_record_do = [&reader](const Record& record) {
    reader.source->done(record.position);
    return SourceListener::Next::kMore;
  };
}

}  // namespace hermod::test
