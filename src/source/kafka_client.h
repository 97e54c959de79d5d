#pragma once
// One librdkafka client on the loop: it hears the client's event queue by an eventfd, brings its
// callbacks to an owner on the loop's thread, passes its log on, and ends it without blocking.
// KafkaSource has one that consumes, DeadLetterWriter one that produces.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/closed.h"
#include "hermod/log.h"
#include "hermod/result.h"
#include "source/blocking_task.h"
#include "source/kafka_fwd.h"
#include "uv/wakeup.h"

namespace hermod::kafka {

// What a client tells its owner, on the loop's thread and only out of KafkaClient's own callbacks.
class ClientListener {
 public:
  // An error of the client as a whole; librdkafka itself goes on trying. `code` is a
  // rd_kafka_resp_err_t.
  virtual void on_client_error(int code, std::string_view text) = 0;
  virtual void on_client_stats(std::string_view /*json*/) {}
  virtual void on_rebalance(int /*code*/, rd_kafka_topic_partition_list_s* /*partitions*/) {}
  virtual void on_delivery(const rd_kafka_message_s& /*message*/) {}
  virtual void on_client_events() = 0;  // the event queue has something: serve it

 protected:
  ~ClientListener() = default;
};

// A queue of a client, heard by an eventfd. Writes are merged and edge-like: whoever is called
// drains the queue, or comes back by itself.
class QueueWatch {
 public:
  QueueWatch(uv_loop_t* loop, rd_kafka_queue_s* queue, std::function<void()> on_ready);
  ~QueueWatch();
  QueueWatch(const QueueWatch&) = delete;
  QueueWatch& operator=(const QueueWatch&) = delete;

  rd_kafka_queue_s* queue() const { return queue_; }
  bool usable() const { return wakeup_.usable(); }  // false: the queue's events are not heard

 private:
  uv::Wakeup wakeup_;
  rd_kafka_queue_s* queue_;
};

Error no_descriptor();  // for a client one of whose queues would not be heard

class Client {
 public:
  enum class Role { kConsumer, kProducer };

  Client(uv_loop_t* loop, Log& log, ClientListener& listener);
  ~Client();  // closed before destroyed, or never opened
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Takes `conf`, also where it fails (kConfiguration, librdkafka's words).
  Result<void> open(Role role, rd_kafka_conf_s* conf);

  bool opened() const { return handle_ != nullptr; }
  rd_kafka_s* handle() const { return handle_; }
  rd_kafka_queue_s* events() const { return events_->queue(); }

  // At once, and so only before it was used.
  void discard();

  // Destroys the client on a thread of its own, since librdkafka joins its threads there and one of
  // them may sit in a name look-up. All its messages and queues must be given back before. No
  // callback to the listener from here on; `closed` comes on a later turn.
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
