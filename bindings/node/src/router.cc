// The life of a router: start() builds and opens it. Replies to requests come in later loop
// iterations. close(), or the end of the environment, closes it. When the loop has no handle of it
// any longer, the router emits its pending events, replies to the calls of close(), and removes
// itself from the environment.
#include "router.h"

#include <array>
#include <cassert>
#include <utility>

#include "environment.h"
#include "json.h"
#include "pin.h"
#include "values.h"

namespace hermod::node {

Router::Router(Environment& environment, napi_value notify)
    : environment_(environment),
      notify_(std::make_unique<Callback>(environment, notify)),
      log_([this] {
        if (reports_logs_ && harness_ != nullptr) harness_->soon([this] { flush_log(); });
      }) {}

Router::~Router() {
  assert(server_ == nullptr);
}

Result<void> Router::start(const Options& options) {
  constexpr std::string_view kLevels[] = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
  for (size_t i = 0; i < std::size(kLevels); ++i) {
    if (options.log_level == kLevels[i]) log_.set_level(static_cast<LogLevel>(i));
  }
  auto made = Server::create(environment_.loop(), options, log_);
  pin_system_libuv();
  if (!made) return made.error();
  server_ = made.take();
  topics_ = static_cast<int64_t>(options.kafka_topics.size());
  harness_ = std::make_unique<Harness>(
      *server_, [this](const std::vector<HarnessEvent>& events) { report_events(events); });
  environment_.add(shared_from_this());
  return server_->start();
}

void Router::publish(double request, size_t topic, std::string key, std::string value) {
  harness_->publish(topic, std::move(key), std::move(value),
                    [this, request](const Result<RecordPosition>& position) {
                      if (!position) return answer(request, position.error());
                      answer(request, to_json(position.value()));
                    });
}

void Router::delivered(double request) {
  harness_->delivered([this, request](const Result<void>& result) {
    if (!result) return answer(request, result.error());
    answer(request, "null");
  });
}

Result<void> Router::advance_clock(int64_t ms) {
  if (ms < 0 || ms > kAdvanceMsMax - advanced_ms_) {
    return Error{ErrorCode::kValidation, "advance() may move the clock by at most " +
                                             std::to_string(kAdvanceMsMax) +
                                             " milliseconds in total"};
  }
  advanced_ms_ += ms;
  harness_->advance_clock(ms);
  return {};
}

void Router::close(double request, Server::Ending ending) {
  closes_.push_back(request);
  begin_close(ending);
}

void Router::end() {
  begin_close(Server::Ending::kNow);
}

void Router::begin_close(Server::Ending ending) {
  if (ending == Server::Ending::kNow) harness_->cancel_delivered();
  if (!closing_) {
    // With the in-memory bus made unavailable, the close would wait for it.
    if (ending == Server::Ending::kNow) (void)harness_->set_bus(Harness::Bus::kUp);
  } else if (ending == Server::Ending::kDrain) {
    return;
  }
  closing_ = true;
  server_->close(ending, [this] { harness_->close([this] { on_closed(); }); });
}

void Router::on_closed() {
  const auto keep = shared_from_this();
  flush_log();
  harness_.reset();
  server_.reset();
  for (const double request : std::exchange(closes_, {})) answer(request, "null");
  notify_.reset();
  environment_.remove(*this);
}

// --- calls into JavaScript

void Router::report_events(const std::vector<HarnessEvent>& events) {
  notify_->call([&](napi_env env) {
    return std::array{to_js(env, "events"), to_js(env, to_json(events))};
  });
}

void Router::report_logs() {
  reports_logs_ = true;
  harness_->soon([this] { flush_log(); });
}

void Router::flush_log() {
  const std::vector<std::string> lines = log_.take();
  if (lines.empty() || !reports_logs_) return;
  notify_->call([&](napi_env env) {
    return std::array{to_js(env, "log"), to_js(env, to_json(lines))};
  });
}

void Router::answer(double request, std::string_view text) {
  notify_->call([&](napi_env env) {
    return std::array{to_js(env, "answer"), to_js(env, request), to_js(env, text)};
  });
}

void Router::answer(double request, const Error& error) {
  notify_->call([&](napi_env env) {
    return std::array{to_js(env, "answer"), to_js(env, request), undefined(env),
                      to_js(env, to_string(error.code)), to_js(env, error.message)};
  });
}

}  // namespace hermod::node
