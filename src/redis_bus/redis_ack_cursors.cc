// Ack cursors are collected for up to 100 ms, and then the newest one of each user is written. The
// script never moves an ack cursor back, so repeated and late writes are harmless. A user who
// disconnects may reconnect to any process before the 100 ms are over. The replay there starts at
// the ack cursor, which is therefore written at once.
// - If the link fails, the writes in flight wait again.
// - If Redis rejects all writes (OOM), they wait.
// - If Redis rejects the write of one user, it is dropped and logged. The user may then receive
//   some messages twice.
#include "redis_bus/redis_ack_cursors.h"

#include <algorithm>
#include <utility>

#include "redis/reply.h"

namespace hermod {
namespace keys = redis_keys;
namespace {

constexpr uint64_t kFlushMs = 100;
constexpr uint64_t kRefusedMs = 1000;
constexpr size_t kFlightMax = 2000;

}  // namespace

RedisAckCursors::RedisAckCursors(uv_loop_t* loop, RedisCommands& commands, RedisScripts& scripts,
                                 const RedisNames& names, Log& log, uint64_t life_s,
                                 ScriptsGone scripts_gone)
    : commands_(commands),
      scripts_(scripts),
      names_(names),
      log_(log),
      life_s_(life_s),
      scripts_gone_(std::move(scripts_gone)),
      timer_(loop, [this] { flush(); }) {}

void RedisAckCursors::acknowledge(std::string_view user, StreamId stream_id) {
  const auto found = waiting_.find(user);
  if (found == waiting_.end())
    waiting_.emplace(user, stream_id);
  else if (comes_after(stream_id, found->second))
    found->second = stream_id;
  flush_later();
}

void RedisAckCursors::write_now(std::string_view user) {
  if (open_ && !refused_ && waiting_.contains(user)) timer_.start(0);
}

StreamId RedisAckCursors::newest(std::string_view user) const {
  StreamId newest;
  for (const auto& [name, stream_id] : flight_) {
    if (name == user && comes_after(stream_id, newest)) newest = stream_id;
  }
  const auto found = waiting_.find(user);
  return found != waiting_.end() && comes_after(found->second, newest) ? found->second : newest;
}

void RedisAckCursors::clear() {
  waiting_.clear();
  stale_ = !flight_.empty();
}

void RedisAckCursors::open() {
  open_ = true;
  if (!waiting_.empty()) flush_later();
}

void RedisAckCursors::drain(std::function<void()> done) {
  drained_ = std::move(done);
  flush();
  on_write_done();
}

void RedisAckCursors::stop() {
  close();
  timer_.stop();
  waiting_.clear();
  drained_ = nullptr;
}

void RedisAckCursors::flush() {
  if (!may_send()) return;
  while (!waiting_.empty() && flight_.size() < kFlightMax) {
    auto one = waiting_.extract(waiting_.begin());
    const UserTag tag(one.key());
    scripts_.call(RedisScripts::kAck, *this, 2, 2)
        .add(names_.user_key(), tag.text(), keys::kAck)
        .add(names_.user_key(), tag.text(), keys::kLast)
        .add(to_string(one.mapped()))
        .add_number(life_s_);
    flight_.emplace_back(std::move(one.key()), one.mapped());
  }
  commands_.flush();
}

void RedisAckCursors::on_reply(const redisReply& reply) {
  const auto [user, stream_id] = std::move(flight_.front());
  flight_.pop_front();
  const std::string words = reply_is_error(reply) ? reply_error(reply) : std::string();
  const bool scripts_gone = is_error_of(words, "NOSCRIPT");
  if (words.empty()) faults_.succeeded();
  refused_ = !words.empty() && !scripts_gone && concerns_all(user, words);
  if (scripts_gone && drained_) refused_ = true;  // the scripts are not loaded during a close
  if (refused_ || scripts_gone) keep(user, stream_id);
  if (scripts_gone) scripts_gone_();
  if (!words.empty() && !scripts_gone) {
    log_.write_limited("mark", LogLevel::kWarning, "Redis rejected an acknowledged position",
                       {{"error", words}});
  }
  on_write_done();
}

void RedisAckCursors::on_reply_lost() {
  const auto [user, stream_id] = std::move(flight_.front());
  flight_.pop_front();
  keep(user, stream_id);
  on_write_done();
}

void RedisAckCursors::flush_later() {
  if (open_ && !timer_.active()) timer_.start(refused_ ? kRefusedMs : kFlushMs);
}

void RedisAckCursors::keep(const std::string& user, StreamId stream_id) {
  if (!stale_) acknowledge(user, stream_id);
}

bool RedisAckCursors::concerns_all(const std::string& user, const std::string& error) {
  const Concern concern = concern_of(error);
  if (concern == Concern::kUnknown) return faults_.failed(user);
  return concern == Concern::kRedis;
}

// Called when a write is no longer in flight, and by drain().
void RedisAckCursors::on_write_done() {
  if (!flight_.empty()) return;
  stale_ = false;
  const bool more = !waiting_.empty() && may_send();
  if (!drained_) {
    if (more) flush_later();
  } else if (more && !refused_) {
    flush();
  } else {
    std::exchange(drained_, nullptr)();
  }
}

}  // namespace hermod
