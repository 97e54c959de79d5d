#pragma once
// Writes the ack cursors to Redis in batches: for each user, only the newest stream id that was
// given since the last batch.

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/stream_id.h"
#include "base/text_hash.h"
#include "hermod/log.h"
#include "redis/redis_error.h"
#include "redis_schema/redis_keys.h"
#include "redis_schema/redis_scripts.h"
#include "uv/timer.h"

namespace hermod {

class RedisAckCursors final : ReplyTaker {
 public:
  using ScriptsGone = std::function<void()>;  // NOSCRIPT: load the scripts, then call open()

  // `life_s`: the lifetime of an ack cursor in Redis, in seconds.
  RedisAckCursors(uv_loop_t* loop, RedisCommands& commands, RedisScripts& scripts,
                  const RedisNames& names, Log& log, uint64_t life_s, ScriptsGone scripts_gone);

  void acknowledge(std::string_view user, StreamId stream_id);
  // Writes this user's ack cursor in the next loop iteration.
  void write_now(std::string_view user);
  void clear();  // drops everything: the stream ids are void

  // The newest stream id given for this user that Redis may not have yet; null: none.
  StreamId newest(std::string_view user) const;

  void open();  // commands may be sent
  void close() { open_ = false; }

  // Writes everything that waits. `done` is called when Redis has all of it, perhaps inside this
  // call, and immediately if nothing can be sent.
  void drain(std::function<void()> done);
  void stop();

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  bool may_send() const { return open_ && scripts_.loaded() && commands_.up(); }
  void flush();
  void flush_later();
  void keep(const std::string& user, StreamId stream_id);
  bool concerns_all(const std::string& user, const std::string& error);
  void on_write_done();

  RedisCommands& commands_;
  RedisScripts& scripts_;
  const RedisNames& names_;
  Log& log_;
  uint64_t life_s_;
  ScriptsGone scripts_gone_;
  std::unordered_map<std::string, StreamId, TextHash, std::equal_to<>> waiting_;
  std::deque<std::pair<std::string, StreamId>> flight_;
  bool open_ = false;
  bool refused_ = false;  // Redis rejects all writes for now (OOM): retry less often
  UserFaults faults_;
  bool stale_ = false;  // the writes in flight precede clear(): do not repeat them
  std::function<void()> drained_;
  uv::Timer timer_;
};

}  // namespace hermod
