#include "kafka_source/consumer_session.h"

#include <array>
#include <cassert>
#include <span>
#include <string>
#include <utility>

#include "kafka/kafka_owned.h"

namespace hermod {
namespace {

using State = SourceLifecycle::State;

}  // namespace

ConsumerSession::ConsumerSession(uv_loop_t* loop, const Clock& clock, const Uses& uses,
                                 std::function<void()> run_later)
    : uses_(uses),
      renewal_(loop, uses.log, clock, uses.consumer, [this] { on_renewed(); }),
      run_later_(std::move(run_later)) {}

Result<void> ConsumerSession::start(SourceListener& listener) {
  assert(listener_ == nullptr);
  listener_ = &listener;
  if (auto started = uses_.consumer.start(); !started) return started;
  uses_.lifecycle.enter(State::kRunning);
  uses_.partitions.begin(listener);
  uses_.feed.begin(listener);
  return {};
}

void ConsumerSession::on_client_events() {
  if (!uses_.consumer.opened()) return;
  std::array<rd_kafka_message_t*, 16> messages{};
  size_t count = 0;
  do {
    count = uses_.consumer.take_events(messages);
    for (rd_kafka_message_t* message : std::span(messages).first(count)) take_event(message);
  } while (count == messages.size());
  check_fatal();
  report_state();
  uses_.partitions.note_held();
  const bool records_wait = !uses_.fetched.empty() && uses_.feed.may_hand_out();
  if (uses_.lifecycle.is(State::kLeaving) || records_wait) run_later_();
}

void ConsumerSession::take_event(rd_kafka_message_t* raw) {
  kafka::Message message(raw);
  if (uses_.lifecycle.left()) return;
  if (raw->err == RD_KAFKA_RESP_ERR_NO_ERROR) return uses_.fetched.push(message.release());
  on_error_message(*message);
}

void ConsumerSession::on_client_error(int code, std::string_view text) {
  uses_.monitor.on_client_error(code, text);
  if (code == RD_KAFKA_RESP_ERR__FATAL) on_fatal(text);
}

void ConsumerSession::on_error_message(const rd_kafka_message_t& message) {
  uses_.monitor.on_error_message(message);
  check_fatal();
  report_state();
}

void ConsumerSession::on_client_stats(std::string_view json) {
  if (uses_.lifecycle.is(State::kFailed)) return;
  uses_.monitor.on_stats(json, uses_.fetched.size() + uses_.consumer.waiting());
}

void ConsumerSession::on_rebalance(int code, rd_kafka_topic_partition_list_t* partitions) {
  uses_.partitions.on_rebalance(code, *partitions);
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) uses_.monitor.on_assigned();
}

void ConsumerSession::check_fatal() {
  if (const std::string fatal = uses_.consumer.fatal_error(); !fatal.empty()) on_fatal(fatal);
}

// librdkafka never consumes again with this client. Its partitions count as revoked, and a new
// client follows when all records of the old one are released.
void ConsumerSession::on_fatal(std::string_view why) {
  if (!uses_.lifecycle.is(State::kRunning)) return;
  uses_.monitor.on_fatal(why);
  report_state();
  uses_.lifecycle.enter(State::kFailed);
  uses_.partitions.revoke_all();
  run_later_();
}

void ConsumerSession::maybe_renew() {
  if (!uses_.lifecycle.is(State::kFailed) || renewal_.busy() || !uses_.feed.released()) return;
  // A rebalance that was queued before the fatal error may have assigned partitions since then.
  uses_.partitions.revoke_all();
  renewal_.begin();
}

void ConsumerSession::on_renewed() {
  uses_.lifecycle.enter(State::kRunning);
  uses_.partitions.begin(*listener_);
  uses_.monitor.begin_again();
}

void ConsumerSession::report_state() {
  const bool up = uses_.monitor.health().up();
  if (!uses_.lifecycle.is(State::kRunning) || up == reported_up_) return;
  reported_up_ = up;
  listener_->on_source_state(up ? SourceListener::State::kUp : SourceListener::State::kDown,
                             uses_.monitor.health().reason());
}

void ConsumerSession::stop_renewal() {
  if (renewal_.busy()) renewal_.stop(nullptr);
}

void ConsumerSession::leave() {
  assert(may_leave());
  uses_.consumer.leave();
  on_client_events();
}

bool ConsumerSession::close(Closed closed) {
  if (usable()) {
    uses_.consumer.close(std::move(closed));
    return true;
  }
  return renewal_.busy() && renewal_.stop(std::move(closed));
}

}  // namespace hermod
