#include "dead_letters/dead_letter_sender.h"

#include <cassert>
#include <utility>

// Normal operation
// - send_waiting() produces the waiting dead letters in order; the listener removes each one when
//   its delivery is reported.
// Failures
// - The broker rejects the size: the dead letter is truncated and produced again. If it was part of
//   a batch, the dead letters of the batch are first sent one at a time, so that none is truncated
//   because of another. One that is too large with nothing left to truncate is rejected.
// - The topic is missing, the broker is unavailable, or an acknowledgement is late: the owner calls
//   stop(). After probe() the first waiting dead letter is sent alone.

namespace hermod {
namespace {

using Entry = DeadLetterQueue::Entry;
using Status = kafka::ProduceResult::Status;

}  // namespace

DeadLetterSender::DeadLetterSender(uv_loop_t* loop, Log& log, const DeadLetterOptions& options,
                                   DeadLetterQueue& queue, DeadLetterSenderListener& listener)
    : topic_(options.topic),
      truncated_bytes_(options.truncated_bytes),
      queue_(queue),
      listener_(listener),
      client_(loop, log, dead_letter_producer_options(options), *this) {}

void DeadLetterSender::enter(State next) {
  switch (next) {
    case State::kSending:
      assert(state_ != State::kClosed);
      break;
    case State::kStopped:
      assert(state_ == State::kSending || state_ == State::kProbing);
      break;
    case State::kProbing:
      assert(state_ == State::kStopped);
      break;
    case State::kClosed:
      assert(state_ != State::kClosed);
      break;
  }
  state_ = next;
}

void DeadLetterSender::send_waiting() {
  if (state_ == State::kClosed || state_ == State::kStopped) return;
  if (one_at_a_time() && queue_.in_flight() > 0) return;
  Entry* next = queue_.first_waiting();
  if (next == nullptr) return;
  if (auto ready = client_.open(); !ready) return listener_.on_send_failed(ready.error().message);
  while (next != nullptr) {
    Entry& entry = *std::exchange(next, queue_.next_waiting(*next));
    if (!send(entry)) return;
    if (one_at_a_time() && queue_.in_flight() > 0) break;
  }
  if (state_ == State::kProbing && queue_.in_flight() > 0) enter(State::kStopped);
}

// Returns false if the topic fails.
bool DeadLetterSender::send(Entry& entry) {
  const auto produce = [this, &entry] {
    const DeadLetter& letter = entry.letter;
    // Borrowed: the entry stays in place until its delivery is reported, or until close().
    return client_.produce({topic_, letter.key, letter.value, letter.headers},
                           kafka::ProducerClient::Payload::kBorrowed, &entry);
  };
  kafka::ProduceResult result = produce();
  while (result.status == Status::kTooLarge && queue_.truncate(entry)) result = produce();
  if (result.status == Status::kOk) {
    // A dead letter that is larger than a batch is sent in a batch of its own.
    const bool alone = one_at_a_time() || entry.letter.bytes() > truncated_bytes_;
    queue_.begin_flight(entry,
                        alone ? DeadLetterQueue::Batch::kAlone : DeadLetterQueue::Batch::kShared);
    return true;
  }
  if (result.status == Status::kTooLarge) {
    listener_.on_rejected(entry);
    return true;
  }
  listener_.on_send_failed(result.error);
  return false;
}

void DeadLetterSender::on_delivery(void* tag, const kafka::ProduceResult& result,
                                   const RecordPosition&) {
  assert(state_ != State::kClosed);
  auto& entry = *static_cast<Entry*>(tag);
  queue_.end_flight(entry);
  switch (result.status) {
    case Status::kOk:
      listener_.on_written(entry);
      break;
    case Status::kTooLarge:
      on_too_large(entry);
      break;
    case Status::kRecalled:
      break;  // sent again in order
    case Status::kQueueFull:
    case Status::kFailed:
      listener_.on_send_failed(result.error);
      break;
  }
  send_waiting();
}

void DeadLetterSender::on_too_large(Entry& entry) {
  probe();  // the topic answers, so that a wait is not needed
  if (entry.alone) {
    if (!queue_.truncate(entry)) listener_.on_rejected(entry);
    return;
  }
  one_by_one_ = true;
  client_.recall();
}

void DeadLetterSender::stop() {
  assert(state_ != State::kClosed);
  if (state_ == State::kSending && client_.opened()) client_.recall();
  if (state_ != State::kStopped) enter(State::kStopped);
}

void DeadLetterSender::probe() {
  if (state_ == State::kStopped) enter(State::kProbing);
}

void DeadLetterSender::resume() {
  enter(State::kSending);
}

void DeadLetterSender::close(Closed closed) {
  enter(State::kClosed);
  client_.close([this, closed = std::move(closed)] {
    queue_.clear();  // librdkafka referred to the entries until now
    closed();
  });
}

}  // namespace hermod
