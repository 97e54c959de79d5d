#pragma once
// One librdkafka client on the loop. It serves the client's event queue, which wakes the loop
// through an eventfd; calls its owner back on the loop's thread; forwards the client's log; and
// destroys the client without blocking. Consumer and ProducerClient build on it.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/closed.h"
#include "hermod/log.h"
#include "hermod/result.h"
#include "kafka/blocking_task.h"
#include "kafka/kafka_fwd.h"
#include "uv/wakeup.h"

namespace hermod::kafka {

// Receives the callbacks of a client. They are called on the loop's thread, and only while the
// owner serves the client's queues.
class ClientListener {
 public:
  // An error of the whole client. librdkafka keeps retrying. `code` is an rd_kafka_resp_err_t.
  virtual void on_client_error(int code, std::string_view text) = 0;
  virtual void on_client_stats(std::string_view /*json*/) {}
  virtual void on_rebalance(int /*code*/, rd_kafka_topic_partition_list_s* /*partitions*/) {}
  virtual void on_delivery(const rd_kafka_message_s& /*message*/) {}
  virtual void on_client_events() = 0;  // the event queue is not empty: serve it

 protected:
  ~ClientListener() = default;
};

// A queue of a client that wakes the loop through an eventfd. Wake-ups are merged and
// edge-triggered: `on_ready` must drain the queue, or arrange to be called again.
class QueueWatch {
 public:
  QueueWatch(uv_loop_t* loop, rd_kafka_queue_s* queue, std::function<void()> on_ready);
  ~QueueWatch();
  QueueWatch(const QueueWatch&) = delete;
  QueueWatch& operator=(const QueueWatch&) = delete;

  rd_kafka_queue_s* queue() const { return queue_; }
  bool usable() const { return wakeup_.usable(); }  // false: no file descriptor, so no wake-ups

 private:
  uv::Wakeup wakeup_;
  rd_kafka_queue_s* queue_;
};

Error no_descriptor();  // for a client with a queue that is not usable()

class Client {
 public:
  enum class Role { kConsumer, kProducer };

  Client(uv_loop_t* loop, Log& log, ClientListener& listener);
  ~Client();  // close() must have completed, unless never opened
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Creates the client. Consumes `conf`, even on failure. Error: kConfiguration with librdkafka's
  // message.
  Result<void> open(Role role, rd_kafka_conf_s* conf);

  bool opened() const { return handle_ != nullptr; }
  rd_kafka_s* handle() const { return handle_; }
  rd_kafka_queue_s* events() const { return events_->queue(); }

  // Destroys the client immediately. Allowed only before it was used, because it blocks otherwise.
  void discard();

  // Destroys the client on a separate thread, because librdkafka joins its threads there, and one
  // of them may be blocked in a name lookup. All messages and queues of the client must be released
  // before. The listener is not called any more. `closed` is called in a later loop iteration.
  void close(Closed closed);

 private:
  struct Trampolines;

  void on_log(int level, std::string_view facility, std::string_view text);

  uv_loop_t* loop_;
  Log& log_;
  ClientListener& listener_;
  rd_kafka_s* handle_ = nullptr;
  std::unique_ptr<QueueWatch> events_;
  BlockingTask destruction_;
};

}  // namespace hermod::kafka
