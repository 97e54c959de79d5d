#include "redis_bus/redis_command_link.h"

#include <cassert>

namespace hermod {

RedisCommandLink::RedisCommandLink(uv_loop_t* loop, const Clock& clock, Log& log,
                                   const RedisBusOptions& options, const RedisChannels& channels,
                                   Listener& listener)
    : log_(log),
      listener_(listener),
      commands_(loop, clock, link_options(options), "hermod-command", *this),
      scripts_(commands_, log, [this](const Result<void>& loaded) { on_scripts_loaded(loaded); }),
      data_check_(commands_, channels.names,
                  [this](RedisDataCheck::Verdict verdict) { on_data_checked(verdict); }),
      server_check_(commands_, options.url.kind, channels, [this] { on_server_checked(); }),
      shared_state_(commands_, channels.names, channels.mode, [this] { on_mode_checked(); }) {}

void RedisCommandLink::enter(State next) {
  assert(next != State::kPreparing || state_ == State::kDown);
  assert(next != State::kReady || state_ == State::kPreparing);
  assert(next != State::kReady || (scripts_.loaded() && data_ != Data::kUnchecked));
  state_ = next;
}

void RedisCommandLink::renew_names() {
  data_check_.forget();
  if (state_ == State::kDown) return;
  shared_state_.restart();
  data_check_.check();
}

void RedisCommandLink::tick() {
  if (state_ == State::kPreparing) shared_state_.tick();
  if (!ready()) return;
  data_check_.check();
  shared_state_.tick();
  if (server_check_.refused()) server_check_.check();
}

void RedisCommandLink::on_commands_up() {
  enter(State::kPreparing);
  data_ = Data::kUnchecked;
  listener_.on_commands_connected();
  server_check_.check();
  shared_state_.restart();
  scripts_.load();
  data_check_.check();
}

void RedisCommandLink::on_commands_down(std::string_view reason) {
  enter(State::kDown);
  reason_ = reason;
  listener_.on_commands_down();
}

void RedisCommandLink::on_scripts_loaded(const Result<void>& loaded) {
  assert(state_ != State::kDown);
  if (!loaded) return commands_.fail(loaded.error().message);
  maybe_ready();
}

void RedisCommandLink::on_data_checked(RedisDataCheck::Verdict verdict) {
  assert(state_ != State::kDown);
  if (verdict == RedisDataCheck::Verdict::kLost) {
    shared_state_.restart();
    listener_.on_data_lost();
  }
  if (verdict != RedisDataCheck::Verdict::kUnknown)
    data_ = Data::kKnown;
  else if (data_ == Data::kUnchecked)
    data_ = Data::kChecked;
  if (!ready()) maybe_ready();
  listener_.on_commands_checked();
}

void RedisCommandLink::on_server_checked() {
  if (!server_check_.unfit().empty()) return commands_.fail(server_check_.unfit());
  if (!server_check_.warning().empty()) {
    log_.write_limited("redis_eviction", LogLevel::kWarning, server_check_.warning(),
                       {{"address", endpoint().address()}});
  }
  listener_.on_commands_checked();
}

// Processes in different modes would not receive each other's messages.
void RedisCommandLink::on_mode_checked() {
  assert(state_ != State::kDown);
  const std::string& refusal = shared_state_.refusal();
  if (ready() && !refusal.empty()) return commands_.fail(refusal);
  if (!refusal.empty()) reason_ = refusal;
  if (!ready()) maybe_ready();
  listener_.on_commands_checked();
}

void RedisCommandLink::maybe_ready() {
  if (!scripts_.loaded() || data_ == Data::kUnchecked || !shared_state_.agreed()) return;
  if (!ready()) enter(State::kReady);
  reason_.clear();
  commands_.settled();
  listener_.on_commands_ready();
}

}  // namespace hermod
