#pragma once
// Writes the acknowledged positions to Redis in batches: for each connection, only the newest
// stream id that was given since the last batch.

#include <string>
#include <string_view>

#include "base/closed.h"
#include "redis/redis_error.h"
#include "redis_bus/ack_cursor_queue.h"
#include "redis_bus/redis_ack_cursor_options.h"
#include "redis_schema/redis_context.h"
#include "uv/timer.h"

namespace hermod {

class RedisAckCursors final : ReplyHandler {
 public:
  RedisAckCursors(const RedisContext& redis, RedisAckCursorOptions options);

  // As the functions of Bus. What they give for a connection that has ended is written in the next
  // loop iteration.
  void acknowledge(const Acknowledgement& acknowledgement);
  void end(std::string_view user, const Cursor& cursor, CursorEnd end);

  // What release() of another shard has returned.
  void adopt(const AckCursorQueue::Entry& entry);

  // A page of the user is requested on the same link, and has to reflect what waits.
  void write_before_page(std::string_view user);

  // Removes and returns what Redis may not have of the users for which `leaves` returns true.
  std::vector<AckCursorQueue::Entry> release(const UserPredicate& leaves) {
    return queue_.release(leaves);
  }
  void clear() { queue_.clear(); }  // the stream ids are void

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
  void send(const AckCursorQueue::Entry& entry);
  void flush_later();
  void write_now(std::string_view user);
  bool concerns_all(const std::string& user, const std::string& error);
  void on_write_done();
  void maybe_finish_close();

  RedisContext redis_;
  const RedisAckCursorOptions options_;
  AckCursorQueue queue_;
  State state_ = State::kPaused;
  bool refused_ = false;  // Redis rejects all writes for now (OOM): retry less often
  UserFaults faults_;
  Closed closed_;
  uv::Timer timer_;  // the next flush; while closing: the end of the wait
};

}  // namespace hermod
