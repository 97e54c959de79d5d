#pragma once
// Runs the command line against a broker inside the test.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dead_letters/dead_letter_reader.h"
#include "kafka/blocking_producer.h"
#include "kafka/embedded_kafka.h"
#include "support/cli_run.h"
#include "support/scratch_dir.h"

namespace hermod::test {

class CliKafkaTest : public ::testing::Test {
 protected:
  static constexpr const char* kTopic = "huleedu.teacher.notification.requested.v1";
  static constexpr const char* kLetters = "huleedu.websocket.notification.dead-letter.v1";

  CliKafkaTest() : kafka_(EmbeddedKafka::start({{kTopic, kLetters}, 1}).take()) {
    run_.environment["XDG_RUNTIME_DIR"] = dir_.path().string();
    run_.environment["KAFKA_BOOTSTRAP_SERVERS"] = kafka_->bootstrap();
  }

  // Returns all records of a topic. The reader of dead letters reads any record.
  std::vector<ReadDeadLetter> records(const std::string& topic) {
    DeadLetterReaderOptions options;
    options.brokers = kafka_->bootstrap();
    options.topic = topic;
    std::vector<ReadDeadLetter> found;
    const auto read = read_dead_letters(options, [&found](const ReadDeadLetter& record) {
      found.push_back(record);
      return true;
    });
    EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().message);
    return found;
  }

  void produce(const ProducerRecord& record) {
    BlockingProducerOptions options;
    options.brokers = kafka_->bootstrap();
    const auto producer = BlockingProducer::open(options);
    EXPECT_TRUE(producer.value()->produce(record).ok());
  }

  ScratchDir dir_;
  std::unique_ptr<EmbeddedKafka> kafka_;
  CliRun run_;
};

}  // namespace hermod::test
