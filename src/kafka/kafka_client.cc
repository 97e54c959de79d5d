#include "kafka/kafka_client.h"

#include <unistd.h>

#include <cassert>
#include <cstdint>
#include <utility>

#include "kafka/kafka_owned.h"

namespace hermod::kafka {
namespace {

// A consumer that leaves its group while the broker fails waits for a coordinator until the session
// times out (45 s). The destruction is then detached after this time; librdkafka calls no callback
// of hermod during it.
constexpr uint64_t kDestructionMs = 3000;

constexpr uint64_t kOne = 1;  // what librdkafka writes to the eventfd

LogLevel level_of(int syslog_level) {
  if (syslog_level <= 2) return LogLevel::kCritical;
  if (syslog_level == 3) return LogLevel::kError;
  if (syslog_level == 4) return LogLevel::kWarning;
  return syslog_level <= 6 ? LogLevel::kInfo : LogLevel::kDebug;
}

void wake(int descriptor) {
  [[maybe_unused]] const auto written = write(descriptor, &kOne, sizeof kOne);
  assert(written == sizeof kOne);
}

}  // namespace

QueueWatch::QueueWatch(uv_loop_t* loop, rd_kafka_queue_t* queue, std::function<void()> on_ready)
    : wakeup_(loop, std::move(on_ready)), queue_(queue) {
  rd_kafka_queue_io_event_enable(queue_, wakeup_.descriptor(), &kOne, sizeof kOne);
  // librdkafka writes only when the queue becomes non-empty, so events that are already in it need
  // an initial wake-up.
  if (usable()) wake(wakeup_.descriptor());
}

QueueWatch::~QueueWatch() {
  rd_kafka_queue_io_event_enable(queue_, -1, nullptr, 0);
  rd_kafka_queue_destroy(queue_);
}

// All callbacks run where the event queue is served, which is the loop's thread.
struct Client::Trampolines {
  static Client& self(void* opaque) { return *static_cast<Client*>(opaque); }

  static void error_cb(rd_kafka_t*, int code, const char* reason, void* opaque) noexcept {
    self(opaque).listener_.on_client_error(code, reason);
  }
  static int stats_cb(rd_kafka_t*, char* json, size_t length, void* opaque) noexcept {
    self(opaque).listener_.on_client_stats({json, length});
    return 0;  // librdkafka frees the string
  }
  static void rebalance_cb(rd_kafka_t*, rd_kafka_resp_err_t code,
                           rd_kafka_topic_partition_list_t* partitions, void* opaque) noexcept {
    self(opaque).listener_.on_rebalance(code, partitions);
  }
  static void delivery_cb(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) noexcept {
    self(opaque).listener_.on_delivery(*message);
  }
  static void log_cb(const rd_kafka_t* handle, int level, const char* facility,
                     const char* text) noexcept {
    self(rd_kafka_opaque(handle)).on_log(level, facility, text);
  }
};

Error no_descriptor() {
  return {ErrorCode::kInitialization,
          "Kafka: no file descriptor is available for a client's events; raise the limit on open "
          "files"};
}

Client::Client(uv_loop_t* loop, Log& log, ClientListener& listener)
    : loop_(loop), log_(log), listener_(listener) {}

Client::~Client() {
  assert(handle_ == nullptr);
}

Result<void> Client::open(Role role, rd_kafka_conf_t* raw_conf) {
  assert(handle_ == nullptr);
  Conf conf(raw_conf);
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_error_cb(conf.get(), Trampolines::error_cb);
  rd_kafka_conf_set_log_cb(conf.get(), Trampolines::log_cb);
  if (role == Role::kConsumer) {
    rd_kafka_conf_set_stats_cb(conf.get(), Trampolines::stats_cb);
    rd_kafka_conf_set_rebalance_cb(conf.get(), Trampolines::rebalance_cb);
  } else {
    rd_kafka_conf_set_dr_msg_cb(conf.get(), Trampolines::delivery_cb);
  }
  char why[512] = "";
  const auto type = role == Role::kConsumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER;
  handle_ = rd_kafka_new(type, conf.get(), why, sizeof why);
  if (handle_ == nullptr) return Error{ErrorCode::kConfiguration, std::string("Kafka: ") + why};
  static_cast<void>(conf.release());  // rd_kafka_new owns it now

  rd_kafka_queue_t* events = nullptr;
  if (role == Role::kConsumer) {
    rd_kafka_poll_set_consumer(handle_);
    events = rd_kafka_queue_get_consumer(handle_);
  } else {
    events = rd_kafka_queue_get_main(handle_);
  }
  rd_kafka_set_log_queue(handle_, nullptr);
  events_ = std::make_unique<QueueWatch>(loop_, events, [this] { listener_.on_client_events(); });
  if (events_->usable()) return {};
  discard();  // without a wake-up it would never be served
  return no_descriptor();
}

void Client::on_log(int level, std::string_view facility, std::string_view text) {
  log_.write_limited("kafka_client", level_of(level), "message of librdkafka",
                     {{"facility", facility}, {"text", text}});
}

void Client::discard() {
  events_.reset();
  rd_kafka_destroy_flags(std::exchange(handle_, nullptr), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void Client::close(Closed closed) {
  assert(handle_ != nullptr);
  events_.reset();
  destruction_.run_for(
      kDestructionMs, loop_,
      [handle = handle_] { rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); },
      [this, closed = std::move(closed)] {
        handle_ = nullptr;
        closed();
      });
}

}  // namespace hermod::kafka
