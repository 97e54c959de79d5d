#pragma once
// Fixture for a KafkaSource on a real Kafka. All tests of the program share one broker, except
// those that kill it. Each test has its own topics and group.

#include <memory>
#include <string>
#include <vector>

#include "dead_letters/dead_letter_reader.h"
#include "kafka/blocking_producer.h"
#include "kafka_source/kafka_source.h"
#include "support/kafka_server.h"
#include "support/loop_test.h"
#include "support/recording_log.h"
#include "support/source_listener.h"

namespace hermod::test {

class SourceTest : public LoopTest {
 protected:
  void SetUp() override;

  static KafkaServer& shared_server();  // started on first use

  // A source in this test's group, and the spy that receives its records.
  struct Reader {
    SourceSpy spy;
    std::unique_ptr<KafkaSource> source;
  };
  std::unique_ptr<Reader> make_reader(const KafkaSourceOptions& options);
  void start(Reader& reader);
  void end(Reader& reader, uint64_t patience_ms = 5000);
  void close(Reader& reader);  // immediately; releases the holds

  KafkaSourceOptions options() const;
  void publish(KafkaServer& server, const std::string& topic, const std::string& value,
               const std::string& key = "k", KafkaHeaders headers = {});
  std::vector<ReadDeadLetter> letters(KafkaServer& server);

  // Settles each record when it is handed out.
  static void settle_all(Reader& reader);

  std::string name_;  // unique to the test
  std::string topic_, other_topic_, dead_topic_;
  RecordingLog log_;
  SystemClock clock_;
};

}  // namespace hermod::test
