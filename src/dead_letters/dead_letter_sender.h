#pragma once
// Sends the dead letters of a DeadLetterQueue to their topic, in order, and truncates those that
// the broker rejects as too large. It does not decide when a failed dead letter is sent again: its
// owner, DeadLetterWriter, calls probe() and resume(). The producer is created with the first dead
// letter, so a service without bad records has none.

#include <string>
#include <string_view>

#include "base/closed.h"
#include "dead_letters/dead_letter_options.h"
#include "dead_letters/dead_letter_queue.h"
#include "kafka/producer_client.h"

namespace hermod {

// Receives the results. An entry is not in flight any more and stays in the queue until the
// listener removes it.
class DeadLetterSenderListener {
 public:
  virtual void on_written(DeadLetterQueue::Entry& entry) = 0;
  virtual void on_rejected(DeadLetterQueue::Entry& entry) = 0;  // too large, however truncated
  virtual void on_send_failed(std::string_view why) = 0;

 protected:
  ~DeadLetterSenderListener() = default;
};

class DeadLetterSender final : private kafka::ProducerListener {
 public:
  // All references must outlive the sender.
  DeadLetterSender(uv_loop_t* loop, Log& log, const DeadLetterOptions& options,
                   DeadLetterQueue& queue, DeadLetterSenderListener& listener);

  // Returns the error that creating the producer would have.
  Result<void> check() const { return client_.check(); }

  // Sends the waiting dead letters, as far as the state permits it.
  void send_waiting();

  // The topic fails: recalls the dead letters that were not sent yet, because they must not arrive
  // before the one that failed. (The producer's thread may already have sent the next batch, which
  // is the one exception.) After stop(), each probe() permits one dead letter, until resume().
  void stop();
  void probe();
  void resume();
  bool stopped() const { return state_ == State::kStopped || state_ == State::kProbing; }

  // The queue is empty: dead letters may share a batch again.
  void on_empty() { one_by_one_ = false; }

  // Clears the queue. Not inside a call of the listener.
  void close(Closed closed);

 private:
  enum class State { kSending, kStopped, kProbing, kClosed };

  void on_delivery(void* tag, const kafka::ProduceResult& result,
                   const RecordPosition& position) override;
  void enter(State next);
  bool one_at_a_time() const { return stopped() || one_by_one_; }
  bool send(DeadLetterQueue::Entry& entry);
  void on_too_large(DeadLetterQueue::Entry& entry);

  std::string topic_;
  size_t truncated_bytes_;
  DeadLetterQueue& queue_;
  DeadLetterSenderListener& listener_;
  kafka::ProducerClient client_;
  State state_ = State::kSending;
  bool one_by_one_ = false;  // a batch was rejected as too large
};

}  // namespace hermod
