#include "source/dead_letter.h"

#include <cassert>
#include <utility>

#include "source/kafka_owned.h"

// The happy path
// - write() queues the letter and produces it; the delivery report frees it and tells the listener.
// Failures
// - The broker refuses the size: the value is cut and the letter produced again.
// - The topic is missing, the broker away, no answer in time: the letter is waiting again. After a
// back-off
//   the first one waiting goes out alone; when it arrives the others follow, in order.
// - More letters than may be kept while failing: takes() is false, and the source reads those
// records
//   again when there is room.

namespace hermod {
namespace {

constexpr uint64_t kBackoffFirstMs = 500;
constexpr uint64_t kBackoffMaxMs = 5000;

}  // namespace

struct DeadLetterWriter::Entry {
  Letter letter;
  Entries::iterator self;
  bool sent = false;
};

DeadLetterWriter::DeadLetterWriter(uv_loop_t* loop, Log& log, DeadLetterOptions options,
                                   DeadLetterListener& listener)
    : log_(log),
      options_(std::move(options)),
      listener_(listener),
      client_(loop, log, *this),
      retry_(loop,
             [this] {
               may_probe_ = true;
               pump();
             }),
      soon_(loop, [this] { finish_close(); }),
      backoff_(kBackoffFirstMs, kBackoffMaxMs) {}

DeadLetterWriter::~DeadLetterWriter() = default;

Result<rd_kafka_conf_t*> DeadLetterWriter::make_conf() const {
  KafkaProperties suggested = kafka::common_properties();
  suggested.insert(
      suggested.end(),
      {
          // Whatever could be read shall be writable: the broker is the judge of sizes.
          {"message.max.bytes", "100000000"},
          {"linger.ms", "0"},
          {"topic.metadata.refresh.interval.ms", "3000"},
      });
  // One request at a time keeps the order over retries. A batch is no larger than a cut letter, so
  // that a refused size is nearly always that of one letter alone.
  return kafka::make_conf(suggested, options_.properties,
                          {{"bootstrap.servers", options_.brokers},
                           {"client.id", options_.client_id},
                           {"acks", "all"},
                           {"max.in.flight", "1"},
                           {"batch.size", std::to_string(options_.cut_bytes)},
                           {"partitioner", "murmur2_random"},
                           {"message.timeout.ms", std::to_string(options_.acknowledge_timeout_ms)},
                           {"topic.metadata.propagation.max.ms", "1000"},
                           {"log.queue", "true"}});
}

Result<void> DeadLetterWriter::check() const {
  auto conf = make_conf();
  if (!conf) return conf.error();
  rd_kafka_conf_destroy(conf.value());
  return {};
}

Result<void> DeadLetterWriter::ensure_open() {
  if (client_.opened()) return {};
  auto conf = make_conf();
  if (!conf) return conf.error();
  if (auto opened = client_.open(kafka::Client::Role::kProducer, conf.value()); !opened) {
    return opened;
  }
  topic_ = rd_kafka_topic_new(client_.handle(), options_.topic.c_str(), nullptr);
  return {};
}

bool DeadLetterWriter::full() const {
  return letters_.size() >= options_.letters_max || bytes_ >= options_.bytes_max;
}

void DeadLetterWriter::write(Letter letter) {
  assert(takes());
  if (closing_) return;
  bytes_ += letter.bytes();
  letters_.push_back({std::move(letter), {}, false});
  letters_.back().self = std::prev(letters_.end());
  was_full_ = was_full_ || full();
  pump();
}

void DeadLetterWriter::pump() {
  if (closing_ || letters_.size() == sent_) return;
  if (failing_ && (!may_probe_ || sent_ > 0)) return;
  if (auto ready = ensure_open(); !ready) return fail(ready.error().message);
  may_probe_ = false;
  for (Entry& entry : letters_) {
    if (entry.sent) continue;
    if (send(entry) == Sent::kFailed || failing_) return;
  }
}

DeadLetterWriter::Sent DeadLetterWriter::send(Entry& entry) {
  int code = produce(entry);
  while (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && cut(entry)) code = produce(entry);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    entry.sent = true;
    ++sent_;
    return Sent::kYes;
  }
  fail(rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(code)));
  return Sent::kFailed;
}

int DeadLetterWriter::produce(Entry& entry) {
  const Letter& letter = entry.letter;
  kafka::Headers headers(kafka::make_headers(letter.headers));
  // Not copied: the letter stays where it is until its report, or until the client is destroyed.
  void* const data = letter.value ? const_cast<char*>(letter.value->data()) : nullptr;
  const size_t size = letter.value ? letter.value->size() : 0;
  void* const key = letter.key ? const_cast<char*>(letter.key->data()) : nullptr;
  const size_t key_size = letter.key ? letter.key->size() : 0;
  const rd_kafka_resp_err_t code =
      rd_kafka_producev(client_.handle(), RD_KAFKA_V_RKT(topic_), RD_KAFKA_V_VALUE(data, size),
                        RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_HEADERS(headers.get()),
                        RD_KAFKA_V_OPAQUE(&entry), RD_KAFKA_V_END);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(headers.release());
  return code;
}

bool DeadLetterWriter::cut(Entry& entry) {
  const size_t before = entry.letter.bytes();
  if (!entry.letter.cut(options_.cut_bytes)) return false;
  bytes_ -= before;
  bytes_ += entry.letter.bytes();
  return true;
}

void DeadLetterWriter::on_delivery(const rd_kafka_message_t& message) {
  if (closing_) return;
  auto& entry = *static_cast<Entry*>(message._private);
  entry.sent = false;
  --sent_;
  const bool too_large = message.err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
                         message.err == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE;
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    acknowledge(entry);
  } else if (too_large && cut(entry)) {
    may_probe_ = true;
  } else if (message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE) {
    // Called back by fail(), to go out again behind those that came before it.
  } else if (message.err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT && !last_client_error_.empty()) {
    fail(last_client_error_);
  } else {
    fail(rd_kafka_err2str(message.err));
  }
  pump();
}

void DeadLetterWriter::acknowledge(Entry& entry) {
  const Position position = entry.letter.position;
  bytes_ -= entry.letter.bytes();
  letters_.erase(entry.self);
  ++written_;
  if (failing_) log_.info("dead letters are written again");
  failing_ = false;
  error_.clear();
  last_client_error_.clear();
  backoff_.reset();
  retry_.stop();
  listener_.on_letter_written(position);
  // All of them, since what is under way while records are read again is written twice.
  if (was_full_ && letters_.empty()) {
    was_full_ = false;
    listener_.on_letter_room();
  }
}

void DeadLetterWriter::fail(std::string_view why) {
  ++failures_;
  // What is behind must not arrive before what failed.
  if (!failing_ && client_.opened()) {
    rd_kafka_purge(client_.handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
  }
  failing_ = true;
  error_ = why;
  log_.write_limited("dead_letter", LogLevel::kError,
                     "dead letters cannot be written, trying again",
                     {{"topic", options_.topic},
                      {"error", why},
                      {"waiting", letters_.size()},
                      {"error_detail.error_code", to_string(ErrorCode::kKafkaPublish)},
                      {"error_detail.operation", "dead_letter.write"}});
  if (!retry_.active()) retry_.start(backoff_.next_ms());
}

void DeadLetterWriter::on_client_error(int code, std::string_view text) {
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) last_client_error_ = text;
}

void DeadLetterWriter::on_client_events() {
  rd_kafka_poll(client_.handle(), 0);
}

void DeadLetterWriter::close(Closed closed) {
  assert(!closing_);
  closing_ = true;
  retry_.stop();
  closed_ = std::move(closed);
  if (!client_.opened()) return soon_.ask();
  rd_kafka_purge(client_.handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                       RD_KAFKA_PURGE_F_NON_BLOCKING);
  if (topic_ != nullptr) rd_kafka_topic_destroy(std::exchange(topic_, nullptr));
  client_.close([this] { finish_close(); });
}

void DeadLetterWriter::finish_close() {
  letters_.clear();  // librdkafka pointed into them until now
  std::exchange(closed_, nullptr)();
}

}  // namespace hermod
