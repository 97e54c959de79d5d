#include "hermod/harness.h"

#include <utility>

#include "auth/token_minter.h"
#include "harness/harness_state.h"
#include "server/component_options.h"

namespace hermod {

Harness::Harness(Server& server, Events on_events)
    : state_(std::make_unique<State>(server.internals(), std::move(on_events))) {}

Harness::~Harness() = default;

void Harness::publish(size_t topic, std::string key, std::string value,
                      const std::function<void(Result<RecordPosition>)>& done) {
  state_->publish(topic, std::move(key), std::move(value), done);
}

void Harness::delivered(std::function<void(Result<void>)> done) {
  state_->deliveries.wait([state = state_.get(), done = std::move(done)](Result<void> result) {
    state->queue.answer([done, result = std::move(result)] { done(result); });
  });
}

void Harness::cancel_delivered() {
  state_->cancel_delivered();
}

std::string Harness::undelivered() const {
  return state_->deliveries.missing();
}

std::vector<Harness::Text> Harness::sent(std::optional<std::string_view> user) const {
  std::vector<Text> found;
  for (const SentText& text : state_->sent.texts()) {
    if (user && text.user != *user) continue;
    found.push_back({text.connection, text.user, text.text, text.at_wall_ms, text.answered});
  }
  return found;
}

void Harness::forget_sent() {
  state_->sent.clear();
}

std::vector<Harness::Connection> Harness::connections() const {
  std::vector<Connection> found;
  const int64_t now_ms = state_->server.clock.steady_ms();
  state_->server.ws.for_each([&](const WsPeer& peer) {
    const Session& session = peer.session();
    if (session.state() == Session::State::kEnded) return;
    found.push_back({peer.id(), std::string(peer.user()), now_ms - peer.since_steady_ms(),
                     session.outbox().messages(), session.outbox().bytes()});
  });
  return found;
}

size_t Harness::disconnect(std::string_view user, uint16_t code, std::string_view message) {
  const auto close_code = static_cast<CloseCode>(code);
  ErrorCode error = ErrorCode::kServiceUnavailable;
  if (close_code == CloseCode::kPolicy) error = ErrorCode::kAuthentication;
  if (close_code == CloseCode::kQuota) error = ErrorCode::kQuotaExceeded;
  return state_->server.ws.disconnect(user, close_code, error, message);
}

bool Harness::ready() const {
  return state_->server.readiness.ready();
}

Result<std::string> Harness::token(std::string_view user, uint32_t lifetime_s,
                                   std::string_view claims_json) const {
  const Result<TokenMinter> minter = TokenMinter::create(minter_options(state_->server.options));
  if (!minter) return minter.error();
  return minter.value().mint({user, lifetime_s, state_->server.clock.wall_ms(), claims_json});
}

Result<void> Harness::set_bus(Bus state) {
  MemoryBus* bus = state_->server.memory_bus;
  if (bus == nullptr) {
    return Error{ErrorCode::kValidation,
                 "this fault requires the in-memory bus, but REDIS_URL is set"};
  }
  switch (state) {
    case Bus::kDown:
      bus->go_down("made unavailable by the test");
      break;
    case Bus::kUp:
      bus->come_up();
      break;
    case Bus::kMemoryLost:
      bus->lose_memory();
      break;
  }
  return {};
}

void Harness::set_client(std::string_view user, Client state) {
  WsServer& ws = state_->server.ws;
  if (state == Client::kStalled) {
    ws.pause_writes(user);
  } else {
    ws.resume_writes(user);
  }
}

void Harness::advance_clock(int64_t ms) {
  state_->server.clock.advance(ms);
  state_->server.outage.on_time_moved();
  state_->server.ws.tick();
}

void Harness::soon(std::function<void()> call) {
  state_->queue.answer(std::move(call));
}

void Harness::report_deliveries() {
  state_->reporter.enable_deliveries();
}

void Harness::close(std::function<void()> closed) {
  state_->close(std::move(closed));
}

}  // namespace hermod
