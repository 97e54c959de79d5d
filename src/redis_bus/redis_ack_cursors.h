#pragma once
// Writes the ack cursors to Redis in batches: for each user, only the newest stream id that was
// given since the last batch.

#include <string>
#include <string_view>

#include "base/closed.h"
#include "base/stream_id.h"
#include "redis/redis_error.h"
#include "redis_bus/ack_cursor_queue.h"
#include "redis_schema/redis_context.h"
#include "uv/timer.h"

namespace hermod {

class RedisAckCursors final : ReplyHandler {
 public:
  // `life_s`: the lifetime of an ack cursor in Redis, in seconds.
  RedisAckCursors(const RedisContext& redis, uint64_t life_s);

  void acknowledge(std::string_view user, StreamId stream_id);
  // Writes this user's ack cursor in the next loop iteration.
  void write_now(std::string_view user);
  // Removes and returns what Redis may not have of the users for which `leaves` returns true.
  std::vector<AckCursorQueue::Entry> release(const UserPredicate& leaves) {
    return queue_.release(leaves);
  }
  void clear() { queue_.clear(); }  // the stream ids are void

  // The newest stream id given for this user that Redis may not have yet; null: none.
  StreamId newest(std::string_view user) const { return queue_.newest(user); }

  void resume();  // commands may be sent
  void pause();

  // Writes everything that waits, for at most a second and only if commands may be sent. Replies
  // that come after the completion are not expected: the caller stops the link then.
  void close(Closed closed);

 private:
  enum class State { kPaused, kOpen, kClosing, kClosed };

  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  void enter(State next);
  bool may_send() const;
  void on_timer();
  void flush();
  void flush_later();
  bool concerns_all(const std::string& user, const std::string& error);
  void on_write_done();
  void maybe_finish_close();

  RedisContext redis_;
  uint64_t life_s_;
  AckCursorQueue queue_;
  State state_ = State::kPaused;
  bool refused_ = false;  // Redis rejects all writes for now (OOM): retry less often
  UserFaults faults_;
  Closed closed_;
  uv::Timer timer_;  // the next flush; while closing: the end of the wait
};

}  // namespace hermod
