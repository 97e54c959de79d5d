#include "redis_check/redis_trial.h"

#include <optional>

#include "base/clock.h"
#include "redis_bus/redis_bus.h"
#include "uv/loop.h"
#include "uv/timer.h"

namespace hermod {
namespace {

constexpr std::string_view kEvent = "check";  // cleanup_command() deletes its key
constexpr std::string_view kText = "hermod check";
constexpr uint64_t kAckMs = 200;  // an ack cursor is written within this time

class NoLog final : public Log {
  void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
  void write_limited(std::string_view, LogLevel, std::string_view,
                     std::initializer_list<LogField>) override {}
};

class Trial final : BusListener, PublishListener {
 public:
  Trial(const RedisBusOptions& options, const std::string& user)
      : user_(user),
        patience_ms_(options.connect_timeout_ms + options.socket_timeout_ms +
                     (options.replicas_min > 0 ? options.replica_wait_ms : 0)),
        bus_(loop_.get(), clock_, log_, options),
        timer_(loop_.get(), [this] { over_ = true; }) {}

  Result<void> run() {
    Result<void> result = bus_.start(*this, *this);
    if (result) result = run_steps();
    bool closed = false;
    bus_.close([&closed] { closed = true; });
    while (!closed && loop_.run_once()) {
    }
    timer_.stop();
    loop_.poll();
    return result;
  }

 private:
  Result<void> run_steps() {
    if (!wait([this] { return bus_.status().up; })) return failed("the connection");
    bus_.subscribe(user_);
    if (!wait([this] { return subscribed_; })) return failed("the subscription");
    bus_.publish({1, user_, kEvent, kText});
    if (!wait([this] { return outcome_.has_value(); })) return failed("the publication");
    if (*outcome_ != PublishOutcome::kRouted) return failed("the publication", error_);
    if (!wait([this] { return received_.has_value(); })) {
      return failed("the subscription", "the published message was not received");
    }
    return read_back();
  }

  Result<void> read_back() {
    bus_.acknowledge({.user = user_, .stream_id = *received_});
    over_ = false;
    timer_.start(kAckMs);
    while (!over_) loop_.run_once();
    std::optional<Result<ReplayPage>> page;
    bus_.replay({.user = user_, .reach = ReplayRequest::Reach::kGap},
                [&page](Result<ReplayPage> answer) { page = std::move(answer); });
    if (!wait([&page] { return page.has_value(); })) return failed("the replay");
    if (!*page) return failed("the replay", page->error().message);
    if (page->value().last != *received_)
      return failed("the replay", "the history lacks the message");
    if (page->value().after != *received_) {
      return failed("the acknowledgement", "the acknowledged position was not stored");
    }
    return {};
  }

  template <class Condition>
  bool wait(Condition condition) {
    over_ = false;
    timer_.start(patience_ms_);
    while (!over_ && !condition()) loop_.run_once();
    return condition();
  }

  Error failed(std::string_view step, std::string_view why = {}) const {
    std::string text = std::string(step) + " of a test user failed: ";
    const std::string reason = bus_.status().reason;
    text += !why.empty() ? std::string(why) : reason.empty() ? "no answer in time" : reason;
    return {ErrorCode::kExternalService, text};
  }

  void on_text(std::string_view user, StreamId stream_id, std::string_view text,
               const TraceContext&) override {
    if (user == user_ && text == kText && stream_id) received_ = stream_id;
  }
  void on_subscribed(std::string_view) override { subscribed_ = true; }
  void on_user_moved(std::string_view) override {}
  void on_bus_state(ShardId, BusState, std::string_view) override {}
  void on_memory_lost(ShardId, OldStreamIds) override {}
  void on_published(Ticket, PublishOutcome outcome, std::string_view error) override {
    outcome_ = outcome;
    error_ = error;
  }
  bool still_wanted(Ticket) override { return true; }
  void on_unanswered() override {}

  std::string user_;
  uint64_t patience_ms_;
  bool over_ = false;
  bool subscribed_ = false;
  std::optional<PublishOutcome> outcome_;
  std::string error_;
  std::optional<StreamId> received_;
  SystemClock clock_;
  NoLog log_;
  uv::OwnLoop loop_;
  RedisBus bus_;
  uv::Timer timer_;
};

}  // namespace

Result<void> try_redis_bus(const RedisBusOptions& options, const std::string& user) {
  return Trial(options, user).run();
}

}  // namespace hermod
