// The lag of a topic that is written in transactions. Transaction markers and aborted records have
// offsets but are not waiting records.

#include <librdkafka/rdkafka.h>

#include "source_fixture.h"

namespace hermod {
namespace {

class TransactionalProducer {
 public:
  explicit TransactionalProducer(const std::string& brokers) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers.c_str(), nullptr, 0);
    rd_kafka_conf_set(conf, "transactional.id", "lag", nullptr, 0);
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
    handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
    expect_good(rd_kafka_init_transactions(handle_, kTimeoutMs));
  }
  ~TransactionalProducer() { rd_kafka_destroy(handle_); }

  void begin(const std::string& topic, const std::string& value) {
    expect_good(rd_kafka_begin_transaction(handle_));
    EXPECT_EQ(rd_kafka_producev(handle_, RD_KAFKA_V_TOPIC(topic.c_str()),
                                RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
              RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_flush(handle_, kTimeoutMs);
  }
  void commit() { expect_good(rd_kafka_commit_transaction(handle_, kTimeoutMs)); }
  void abort() { expect_good(rd_kafka_abort_transaction(handle_, kTimeoutMs)); }

 private:
  static constexpr int kTimeoutMs = 20'000;

  static void expect_good(rd_kafka_error_t* error) {
    if (error == nullptr) return;
    ADD_FAILURE() << rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
  }

  rd_kafka_t* handle_;
};

class SourceLag : public test::SourceTest {
 protected:
  static int64_t lag(const Reader& reader) {
    const auto lags = reader.source->status().lag;
    return lags.size() == 1 ? lags[0].records : -1;
  }
};

TEST_F(SourceLag, MarkersAndAbortedRecordsAreNoLag) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  TransactionalProducer producer(shared_server().bootstrap());
  auto reader = make_reader(options());
  settle_all(*reader);
  start(*reader);
  for (const char* value : {"a", "b"}) {
    producer.begin(topic_, value);
    producer.commit();
  }
  for (int i = 0; i < 5; ++i) {
    producer.begin(topic_, "aborted");
    producer.abort();
  }
  run_until([&] { return reader->spy.records.size() == 2; });
  run_until([&] { return lag(*reader) == 0; });
  // Uncommitted records cannot be read, so they are not part of the lag.
  producer.begin(topic_, "c");
  const int64_t since = clock_.steady_ms();
  run_until([&] {
    EXPECT_LE(lag(*reader), 0);
    return clock_.steady_ms() - since > 2500 || HasFailure();
  });
  producer.commit();
  run_until([&] { return reader->spy.records.size() == 3 && lag(*reader) == 0; });
  end(*reader);

  // The next reader starts after the last record, where only a transaction marker follows.
  auto next = make_reader(options());
  settle_all(*next);
  start(*next);
  run_until([&] { return lag(*next) == 0; });
  EXPECT_TRUE(next->spy.records.empty());
  end(*next);
}

TEST_F(SourceLag, RecordsThatAreNotTakenWait) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  for (int i = 0; i < 10; ++i) publish(shared_server(), topic_, std::to_string(i));
  auto reader = make_reader(options());
  reader->spy.on_record_do = [](const Record&) { return SourceListener::Next::kStop; };
  start(*reader);
  run_until([&] { return lag(*reader) == 9; });
  reader->spy.on_record_do = nullptr;
  reader->source->resume();
  run_until([&] { return lag(*reader) == 0; });
  end(*reader, 0);
}

}  // namespace
}  // namespace hermod
