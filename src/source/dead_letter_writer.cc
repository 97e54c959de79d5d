#include "source/dead_letter_writer.h"

#include <cassert>
#include <utility>

#include "kafka/kafka_owned.h"
#include "source/dead_letter_log.h"

// Normal operation
// - write() queues and produces the dead letter. Its delivery report frees it and calls the owner.
// Failures
// - The broker rejects the size: the dead letter is truncated and produced again. If it was part of
//   a batch, the dead letters of the batch are first sent one at a time, so that none is truncated
//   because of another. A dead letter that is too large with nothing left to truncate is dropped.
// - The topic is missing, the broker is unavailable, or an acknowledgement is late: the dead letter
//   waits. After a back-off the first waiting one is sent alone; when it is acknowledged, the
//   others follow in order.
// - The limit is reached while the topic fails: takes() returns false, and the source reads those
//   records again when there is space.
// - A dead letter is not acknowledged for `hold_ms`: dead_letter_expiry.cc.

namespace hermod {
namespace {

constexpr uint64_t kBackoffFirstMs = 500;
constexpr uint64_t kBackoffMaxMs = 5000;

}  // namespace

DeadLetterWriter::DeadLetterWriter(uv_loop_t* loop, Log& log, const Clock& clock,
                                   DeadLetterOptions options, DeadLetterListener& listener)
    : log_(log),
      options_(std::move(options)),
      listener_(listener),
      client_(loop, log, *this),
      clock_(clock),
      retry_(loop,
             [this] {
               may_probe_ = true;
               pump();
             }),
      answer_(loop, [this] { fail("no acknowledgement within the timeout"); }),
      expiry_(loop, [this] { expire(); }),
      immediate_(loop, [this] { finish_close(); }),
      backoff_(kBackoffFirstMs, kBackoffMaxMs) {}

DeadLetterWriter::~DeadLetterWriter() = default;

bool DeadLetterWriter::full() const {
  return dead_letters_.size() >= options_.dead_letters_max || bytes_ >= options_.bytes_max;
}

void DeadLetterWriter::write(DeadLetter letter) {
  assert(takes());
  if (closing_) return;
  bytes_ += letter.bytes();
  dead_letters_.push_back({std::move(letter), {}, false, false, clock_.steady_ms()});
  dead_letters_.back().self = std::prev(dead_letters_.end());
  was_full_ = was_full_ || full();
  expect_answer();
  arm_expiry();
  pump();
}

void DeadLetterWriter::pump() {
  if (closing_ || dead_letters_.size() == sent_) return;
  if (failing_ && !may_probe_) return;
  if ((failing_ || one_by_one_) && sent_ > 0) return;
  if (auto ready = ensure_open(); !ready) return fail(ready.error().message);
  may_probe_ = false;
  for (auto next = dead_letters_.begin(); next != dead_letters_.end();) {
    Entry& entry = *next++;
    if (entry.sent) continue;
    const Sent sent = send(entry);
    if (sent == Sent::kFailed) return;
    if (sent == Sent::kYes && (failing_ || one_by_one_)) return;
  }
}

DeadLetterWriter::Sent DeadLetterWriter::send(Entry& entry) {
  int code = produce(entry);
  while (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && truncate(entry)) code = produce(entry);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    entry.sent = true;
    // A dead letter that is larger than a batch is sent in a batch of its own.
    entry.alone = failing_ || one_by_one_ || entry.letter.bytes() > options_.truncated_bytes;
    ++sent_;
    return Sent::kYes;
  }
  if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
    drop(entry);
    return Sent::kDropped;
  }
  fail(rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(code)));
  return Sent::kFailed;
}

int DeadLetterWriter::produce(Entry& entry) {
  const DeadLetter& letter = entry.letter;
  kafka::Headers headers(kafka::make_headers(letter.headers));
  // Not copied: the dead letter stays in place until its delivery report, or until the client is
  // destroyed.
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

bool DeadLetterWriter::truncate(Entry& entry) {
  const size_t before = entry.letter.bytes();
  if (!entry.letter.truncate(options_.truncated_bytes)) return false;
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
  } else if (too_large) {
    on_too_large(entry);
  } else if (message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE) {
    // Removed from the producer's queue by call_back(), to be sent again in order.
  } else if (message.err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT && !last_client_error_.empty()) {
    fail(last_client_error_);
  } else {
    fail(rd_kafka_err2str(message.err));
  }
  pump();
}

void DeadLetterWriter::on_too_large(Entry& entry) {
  may_probe_ = true;
  if (entry.alone) {
    if (!truncate(entry)) drop(entry);
    return;
  }
  one_by_one_ = true;
  call_back();
}

void DeadLetterWriter::acknowledge(Entry& entry) {
  ++written_;
  if (failing_) log_.info("dead letters can be written again");
  recover();
  // Dead letters are written in order, so all those that waited during the failure are written now.
  if (!was_full_ && entry.since_ms > recovered_ms_) trouble_since_ms_.reset();
  settle(entry);
}

void DeadLetterWriter::drop(Entry& entry) {
  ++failures_;
  const Position& position = entry.letter.position;
  log_.write_limited("dead_letter_size", LogLevel::kError,
                     "dropped a dead letter: too large for its topic even when truncated",
                     {{"topic", options_.topic},
                      {"partition", position.partition},
                      {"offset", position.offset},
                      {"error_detail.error_code", to_string(ErrorCode::kKafkaPublish)},
                      {"error_detail.operation", "dead_letter.write"}});
  if (dead_letters_.size() == 1) recover();  // no dead letter is left that could show the recovery
  settle(entry);
}

void DeadLetterWriter::settle(Entry& entry) {
  const Position position = entry.letter.position;
  bytes_ -= entry.letter.bytes();
  dead_letters_.erase(entry.self);
  if (!full() && !finishing_) answer_.stop();
  listener_.on_dead_letter_settled(position);
  // An earlier reread would write the dead letters that are in flight twice, so it is done only if
  // records have been waiting for too long.
  const bool reread_now = dead_letters_.empty() || (!failing_ && held_too_long());
  if (dead_letters_.empty()) {
    answer_.stop();
    one_by_one_ = false;
    if (!failing_) trouble_since_ms_.reset();
  }
  if (reread_now && !full() && std::exchange(was_full_, false)) listener_.on_dead_letter_space();
}

// Removes the dead letters from the producer's queue, because they must not arrive before the one
// that failed. The producer's thread may already have sent the next batch, which is the one
// exception.
void DeadLetterWriter::call_back() {
  rd_kafka_purge(client_.handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
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
  answer_.stop();
  expiry_.stop();
  closed_ = std::move(closed);
  if (!client_.opened()) return immediate_.ask();
  rd_kafka_purge(client_.handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                       RD_KAFKA_PURGE_F_NON_BLOCKING);
  if (topic_ != nullptr) rd_kafka_topic_destroy(std::exchange(topic_, nullptr));
  client_.close([this] { finish_close(); });
}

void DeadLetterWriter::finish_close() {
  dead_letters_.clear();  // librdkafka referred to them until now
  std::exchange(closed_, nullptr)();
}

}  // namespace hermod
