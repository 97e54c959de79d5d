// Acknowledgements are collected for up to 100 ms, and then the newest one of each connection is
// written. The script never moves a position back, so repeated and late writes are harmless. A user
// who disconnects may reconnect to any process before the 100 ms are over. The replay there begins
// at the position, which is therefore written at once.
// - If the link fails, the writes in flight wait again.
// - If Redis rejects all writes (OOM), they wait.
// - If Redis rejects the write of one user, it is dropped and logged. The user may then receive
//   some messages twice.
#include "redis_bus/redis_ack_cursors.h"

#include <cassert>
#include <utility>

#include "redis/reply.h"
#include "redis_schema/cursor_field.h"

namespace hermod {
namespace keys = redis_keys;
namespace {

constexpr uint64_t kFlushMs = 100;
constexpr uint64_t kRefusedMs = 1000;
constexpr uint64_t kLastWritesMs = 1000;  // how long close() waits for the replies
constexpr size_t kFlightMax = 2000;

// The letter of the script.
std::string_view letter_of(AckCursorQueue::Kind kind) {
  switch (kind) {
    case AckCursorQueue::Kind::kOpen:
      return "o";
    case AckCursorQueue::Kind::kLate:
      return "l";
    case AckCursorQueue::Kind::kHeld:
      return "h";
    case AckCursorQueue::Kind::kClean:
      return "c";
  }
  assert(false);
  return {};
}

}  // namespace

RedisAckCursors::RedisAckCursors(const RedisContext& redis, RedisAckCursorOptions options)
    : redis_(redis), options_(std::move(options)), timer_(redis.loop, [this] { on_timer(); }) {}

void RedisAckCursors::enter(State next) {
  assert(state_ != State::kClosed);
  assert(state_ != State::kClosing || next == State::kClosed);
  assert(next != State::kClosed || state_ == State::kClosing);
  state_ = next;
}

void RedisAckCursors::acknowledge(const Acknowledgement& given) {
  const auto kind = given.ended ? AckCursorQueue::Kind::kLate : AckCursorQueue::Kind::kOpen;
  queue_.add(given.user,
             {std::string(given.cursor.device), given.cursor.connection, given.stream_id, kind});
  flush_later();
  if (given.ended) write_now(given.user);
}

void RedisAckCursors::end(std::string_view user, const Cursor& cursor, CursorEnd end) {
  if (cursor.connection != 0) {
    const bool clean = end == CursorEnd::kClean;
    const auto kind = clean ? AckCursorQueue::Kind::kClean : AckCursorQueue::Kind::kHeld;
    queue_.add(user, {std::string(cursor.device), cursor.connection, StreamId{}, kind});
    flush_later();
  }
  write_now(user);
}

void RedisAckCursors::adopt(const AckCursorQueue::Entry& entry) {
  queue_.put_back(entry);
  flush_later();
}

void RedisAckCursors::write_before_page(std::string_view user) {
  if (state_ == State::kOpen && !refused_ && may_send() && queue_.waits(user)) {
    send(queue_.send(user));
  }
}

void RedisAckCursors::write_now(std::string_view user) {
  if (state_ == State::kOpen && !refused_ && queue_.waits(user)) timer_.start(0);
}

void RedisAckCursors::resume() {
  if (state_ == State::kClosing) return;
  enter(State::kOpen);
  flush();
}

void RedisAckCursors::pause() {
  if (state_ == State::kClosing) return timer_.start(0);
  enter(State::kPaused);
}

bool RedisAckCursors::may_send() const {
  const bool open = state_ == State::kOpen || state_ == State::kClosing;
  return open && redis_.ready();
}

void RedisAckCursors::on_timer() {
  if (state_ != State::kClosing) return flush();
  enter(State::kClosed);
  queue_.clear();
  std::exchange(closed_, nullptr)();
}

void RedisAckCursors::flush() {
  if (!may_send()) return;
  while (queue_.has_waiting() && queue_.in_flight() < kFlightMax) send(queue_.send());
  redis_.commands.flush();
}

void RedisAckCursors::send(const AckCursorQueue::Entry& entry) {
  constexpr size_t kWordsOfMove = 4;
  const UserTag tag(entry.user);
  RedisCommand call =
      redis_.scripts.call(RedisScripts::kAck, *this, 3, 3 + kWordsOfMove * entry.moves.size());
  for (const std::string_view key : {keys::kAcked, keys::kLast, keys::kMark}) {
    call.add(redis_.names.user_key(), tag.text(), key);
  }
  call.add_number(options_.life_s).add_number(options_.hold_s).add_number(kHoldsMax);
  for (const AckCursorQueue::Move& move : entry.moves) {
    call.add(letter_of(move.kind)).add(move.device);
    call.add(cursor_field({move.device, move.connection}, options_.process));
    call.add(move.stream_id ? to_string(move.stream_id) : std::string());
  }
}

void RedisAckCursors::flush_later() {
  if (state_ == State::kOpen && !timer_.active()) timer_.start(refused_ ? kRefusedMs : kFlushMs);
}

void RedisAckCursors::on_reply(const redisReply& reply) {
  assert(state_ != State::kClosed);
  AckCursorQueue::Entry entry = queue_.pop();
  const std::string words = reply_is_error(reply) ? reply_error(reply) : std::string();
  const bool scripts_gone = is_error_of(words, "NOSCRIPT");
  if (words.empty()) faults_.succeeded();
  refused_ = !words.empty() && !scripts_gone && concerns_all(entry.user, words);
  // While closing, there is no time to wait until the user has moved.
  const bool moved = concern_of(words) == Concern::kUser && state_ != State::kClosing;
  if (refused_ || scripts_gone || moved) queue_.put_back(std::move(entry));
  if (scripts_gone && state_ == State::kClosing)
    refused_ = true;  // there is no time to load the scripts again
  else if (scripts_gone)
    redis_.scripts.load_again();
  if (moved) {
    redis_.redirects.on_redirected(words);
  } else if (!words.empty() && !scripts_gone) {
    redis_.log.write_limited("mark", LogLevel::kWarning, "Redis rejected an acknowledged position",
                             {{"error", words}});
  }
  on_write_done();
}

void RedisAckCursors::on_reply_lost() {
  queue_.put_back(queue_.pop());
  on_write_done();
}

bool RedisAckCursors::concerns_all(const std::string& user, const std::string& error) {
  const Concern concern = concern_of(error);
  if (concern == Concern::kUnknown) return faults_.failed(user);
  return concern == Concern::kRedis;
}

void RedisAckCursors::on_write_done() {
  if (state_ == State::kClosing) return maybe_finish_close();
  if (queue_.in_flight() == 0 && queue_.has_waiting() && may_send()) flush_later();
}

void RedisAckCursors::close(Closed closed) {
  assert(!closed_);
  closed_ = std::move(closed);
  const bool open = state_ == State::kOpen;
  enter(State::kClosing);
  timer_.start(open ? kLastWritesMs : 0);
  if (open) maybe_finish_close();
}

void RedisAckCursors::maybe_finish_close() {
  if (queue_.in_flight() > 0) return;
  if (!refused_) flush();
  if (queue_.in_flight() == 0) timer_.start(0);
}

}  // namespace hermod
