// How KafkaSource closes: it settles the open records, leaves the group, and destroys the clients.

#include <utility>

#include "kafka/kafka_owned.h"
#include "kafka_source/kafka_source.h"

namespace hermod {

void KafkaSource::leave(uint64_t patience_ms, Closed left) {
  if (phase_ >= Phase::kSettling) return;
  left_ = std::move(left);
  phase_ = Phase::kSettling;
  if (renewal_.busy()) renewal_.stop(nullptr);
  out_of_time_ = patience_ms == 0;
  if (dead_letters_) dead_letters_->limit_wait();
  if (!out_of_time_) close_timer_.start(patience_ms);
  immediate_.ask();
}

void KafkaSource::close(Closed closed) {
  if (closed_ || phase_ >= Phase::kDestroying) return;
  closed_ = std::move(closed);
  leave(0, nullptr);
  if (phase_ == Phase::kSettling) out_of_time_ = true;
  immediate_.ask();
}

// Does not wait for dead letters that cannot be written: their records are handed out again after
// the restart.
bool KafkaSource::settled() const {
  return assignment_.unsettled() == 0 &&
         (!dead_letters_ || dead_letters_->status().open == 0 || dead_letters_->failing());
}

void KafkaSource::maybe_finish_close() {
  if (phase_ == Phase::kSettling && (!renewal_.usable() || settled() || out_of_time_)) {
    begin_leaving();
  }
  if (phase_ == Phase::kLeaving) {
    // Does not wait if no broker answers: librdkafka would wait for a coordinator until the session
    // times out.
    const bool in_vain = out_of_time_ || !health_.reachable();
    if (!renewal_.can_leave() || consumer_.left() || in_vain) return finish_leaving();
  }
  if (phase_ == Phase::kLeft && closed_ && holds_ == 0) begin_destroying();
  if (phase_ == Phase::kDestroying && clients_open_ == 0) {
    phase_ = Phase::kClosed;
    std::exchange(closed_, nullptr)();
  }
}

void KafkaSource::begin_leaving() {
  store_offsets();
  store_timer_.stop();
  phase_ = Phase::kLeaving;
  if (!renewal_.can_leave() || !health_.reachable()) return;
  out_of_time_ = false;
  close_timer_.start(options_.leave_timeout_ms);
  consumer_.leave();
  on_client_events();
}

void KafkaSource::finish_leaving() {
  phase_ = Phase::kLeft;
  close_timer_.stop();
  for (rd_kafka_message_t* message : held_) rd_kafka_message_destroy(message);
  held_.clear();
  assignment_.clear();
  immediate_.ask();
  if (const Closed left = std::exchange(left_, nullptr)) left();
}

void KafkaSource::begin_destroying() {
  phase_ = Phase::kDestroying;
  immediate_.cancel();
  const auto part_closed = [this] {
    --clients_open_;
    maybe_finish_close();
  };
  if (renewal_.usable()) {
    ++clients_open_;
    consumer_.close(part_closed);
  } else if (renewal_.busy() && renewal_.stop(part_closed)) {
    ++clients_open_;
  }
  if (dead_letters_) {
    ++clients_open_;
    dead_letters_->close(part_closed);
  }
}

}  // namespace hermod
