#include "redis_fleet/redis_fleet_transport.h"

#include <cassert>
#include <optional>
#include <utility>

#include "base/parse.h"
#include "redis/reply.h"
#include "redis_fleet/fleet_report.h"
#include "redis_fleet/fleet_scripts.h"

namespace hermod {
namespace {

constexpr uint64_t kLeaveMs = 1000;  // the limit of the last command
// A list without a report for this long was not reachable: its processes are given kDeadMs again.
constexpr int64_t kUnreachableMs = 5000;

}  // namespace

RedisFleetTransport::RedisFleetTransport(uv_loop_t* loop, const Clock& clock, Log& log,
                                         const RedisFleetOptions& options, Redirected redirected)
    : clock_(clock),
      log_(log),
      options_(options),
      redirected_(std::move(redirected)),
      commands_(loop, clock, options.link, "hermod-fleet", *this),
      subscription_(loop, clock, options.link, options.names.control,
                    options.names.control + ':' + options.process,
                    {.changed = [this](bool) { update_ready(); },
                     .message = [this](std::string_view text) { on_message(text); },
                     .refused = [this](const std::string& error) { on_channels_refused(error); }}),
      revocations_(
          options.names.revoked,
          [this](size_t arguments, FleetReplies::Handler handler) {
            return command(arguments, std::move(handler));
          },
          [this](const auto& tokens) {
            if (state_ == State::kOpen) listener_->on_fleet_revoked(tokens);
          },
          log),
      ticker_(loop, [this] { tick(); }),
      leave_limit_(loop, [this] { finish_close(); }),
      close_(loop, [this] { finish_close(); }) {}

void RedisFleetTransport::enter(State next) {
  assert(static_cast<int>(next) > static_cast<int>(state_));
  state_ = next;
}

// --- connections

void RedisFleetTransport::start(FleetTransportListener& listener,
                                std::function<std::string()> report) {
  enter(State::kOpen);
  listener_ = &listener;
  report_ = std::move(report);
  ticker_.start(kReportMs, kReportMs);
  if (led_) connect();
}

void RedisFleetTransport::lead_to(const RedisEndpoint& endpoint) {
  if (state_ == State::kLeaving || state_ == State::kClosed) return;
  if (led_ && commands_.endpoint() == endpoint) return;
  commands_.move_to(endpoint, "another master has the list of the processes");
  subscription_.move_to(endpoint, "another master has the list of the processes");
  if (!std::exchange(led_, true) && state_ == State::kOpen) connect();
}

void RedisFleetTransport::connect() {
  commands_.start();
  subscription_.start();
}

// After an outage, the others return too: their links are up some time before the second report.
void RedisFleetTransport::on_commands_up() {
  reports_missing_ = was_member_ ? 2 : 1;
  report();
  update_ready();
}

void RedisFleetTransport::on_commands_down(std::string_view /*reason*/) {
  reports_missing_ = 1;
  update_ready();
}

void RedisFleetTransport::update_ready() {
  const bool reaches = state_ == State::kOpen && commands_.up() && subscription_.ready();
  if (!std::exchange(reaches_, reaches) && reaches) revocations_.read();
  const bool now_ready = reaches && reports_missing_ == 0;
  if (std::exchange(ready_, now_ready) == now_ready || state_ != State::kOpen) return;
  listener_->on_fleet_ready(now_ready);
}

// --- the list

void RedisFleetTransport::tick() {
  const auto timeout_ms = static_cast<int64_t>(options_.socket_timeout_ms);
  if (commands_.up() && commands_.silent_ms() > timeout_ms) {
    commands_.fail("no answer within " + std::to_string(timeout_ms) + " ms");
  }
  subscription_.test(timeout_ms);
  if (!commands_.up()) return;
  report();
  revocations_.retry();
}

RedisCommand RedisFleetTransport::command(size_t arguments, FleetReplies::Handler handler) {
  replies_.expect(std::move(handler));
  return commands_.command(replies_, arguments);
}

void RedisFleetTransport::report() {
  command(9,
          [this](const redisReply* reply) {
            if (reply != nullptr) on_report(*reply);
          })
      .add("EVAL")
      .add(kFleetReportScript)
      .add_number(2)
      .add(options_.names.members)
      .add(options_.names.reports)
      .add(options_.process)
      .add(report_())
      .add_number(kDeadMs)
      .add_number(kUnreachableMs);
}

void RedisFleetTransport::on_report(const redisReply& reply) {
  if (state_ != State::kOpen) return;
  const auto report = read_fleet_report(reply);
  if (!report) return on_refused(reply_error(reply));
  commands_.settled();
  ahead_ms_ = report->now_ms - clock_.steady_ms();
  const bool was_member = std::exchange(was_member_, true);
  if (reports_missing_ > 0) --reports_missing_;
  listener_->on_fleet_members(report->members);
  for (const std::string& process : report->dead) listener_->on_fleet_dead(process);
  if (report->added) listener_->on_fleet_joined(was_member);
  update_ready();
}

void RedisFleetTransport::on_refused(const std::string& error) {
  reports_missing_ = 1;
  update_ready();
  log_.write_limited("fleet", LogLevel::kWarning, "Redis refuses the list of the processes",
                     {{"address", commands_.endpoint().address()}, {"error", error}});
  redirected_(commands_.endpoint(), error);
}

void RedisFleetTransport::on_channels_refused(const std::string& error) {
  log_.write_limited("fleet channels", LogLevel::kWarning,
                     "Redis refuses the channels between processes",
                     {{"address", commands_.endpoint().address()}, {"error", error}});
}

int64_t RedisFleetTransport::now_ms() const {
  return ahead_ms_ == 0 ? 0 : clock_.steady_ms() + ahead_ms_;
}

// --- messages

RedisCommand RedisFleetTransport::send_script(std::string_view channel, std::string_view text,
                                              Sent sent) {
  RedisCommand made = command(7, [this, sent = std::move(sent)](const redisReply* reply) {
    if (reply == nullptr || state_ != State::kOpen) return;
    if (!reply_is_error(*reply)) return sent(reply_texts(*reply));
    on_refused(reply_error(*reply));
    sent(std::nullopt);
  });
  made.add("EVAL").add(kFleetSendScript).add_number(1).add(options_.names.members);
  made.add(channel).add(text).add_number(kDeadMs);
  return made;
}

void RedisFleetTransport::send_to_all(std::string_view text, Sent sent) {
  assert(ready_);
  send_script(options_.names.control, text, std::move(sent));
}

void RedisFleetTransport::send_to(std::string_view process, std::string_view text) {
  assert(ready_);
  send_script(options_.names.control + ':' + std::string(process), text, [](const auto&) {});
}

void RedisFleetTransport::on_message(std::string_view text) {
  const size_t space = text.find(' ');
  const auto at = parse_number<int64_t>(text.substr(0, space));
  if (!at || space == text.npos) {
    return log_.write_limited("fleet message", LogLevel::kWarning,
                              "a message between processes has an unknown form and is ignored",
                              {{"bytes", text.size()}});
  }
  listener_->on_fleet_message(text.substr(space + 1), *at);
}

void RedisFleetTransport::ask_reachable(const std::vector<std::string>& processes, Reachable done) {
  assert(ready_);
  RedisCommand made =
      command(2 + processes.size(),
              [this, count = processes.size(), done = std::move(done)](const redisReply* reply) {
                if (reply != nullptr && state_ == State::kOpen) done(read_reachable(*reply, count));
              });
  made.add("PUBSUB").add("NUMSUB");
  for (const std::string& process : processes) made.add(options_.names.control, ":", process);
}

void RedisFleetTransport::revoke_token(std::string_view id, uint32_t keep_s, Revoked done) {
  assert(ready_);
  revocations_.revoke(id, keep_s, [this, done = std::move(done)](const auto& until_ms) {
    if (state_ == State::kOpen) done(until_ms);
  });
}

// --- the end

void RedisFleetTransport::close(Closed closed) {
  if (state_ == State::kLeaving || state_ == State::kClosed) return;
  closed_ = std::move(closed);
  enter(State::kLeaving);
  ready_ = false;
  ticker_.stop();
  subscription_.stop();
  if (!commands_.up()) return close_.ask();
  leave_limit_.start(kLeaveMs);
  command(6, [this](const redisReply*) { close_.ask(); })
      .add("EVAL")
      .add(kFleetLeaveScript)
      .add_number(2)
      .add(options_.names.members)
      .add(options_.names.reports)
      .add(options_.process);
}

void RedisFleetTransport::finish_close() {
  if (state_ == State::kClosed) return;
  enter(State::kClosed);
  leave_limit_.stop();
  close_.cancel();
  commands_.stop();
  replies_.clear();
  if (closed_) std::exchange(closed_, nullptr)();
}

}  // namespace hermod
