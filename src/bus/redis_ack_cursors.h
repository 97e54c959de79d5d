#pragma once
// How far each user has everything, on its way into Redis: the newest place of each, written in
// batches.

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/stream_id.h"
#include "base/text_hash.h"
#include "bus/redis_error.h"
#include "bus/redis_keys.h"
#include "bus/redis_scripts.h"
#include "hermod/log.h"
#include "uv/timer.h"

namespace hermod {

class RedisAckCursors final : ReplyTaker {
 public:
  using ScriptsGone = std::function<void()>;  // NOSCRIPT: load them again, then call open()

  // `life_s`: how long one is kept in Redis.
  RedisAckCursors(uv_loop_t* loop, RedisCommands& commands, RedisScripts& scripts,
                  const RedisNames& names, Log& log, uint64_t life_s, ScriptsGone scripts_gone);

  void acknowledge(std::string_view user, StreamId stream_id);
  void hurry(std::string_view user);  // what waits of this user is written next turn
  void clear();                       // places mean nothing any more

  // The newest that was given for this user and that Redis may not have yet; null: none.
  StreamId newest(std::string_view user) const;

  void open();  // commands may be sent (again)
  void close() { open_ = false; }

  // Writes what waits; `done` comes when Redis has it all, perhaps inside the call, and at once
  // where nothing can be sent.
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
  void landed();

  RedisCommands& commands_;
  RedisScripts& scripts_;
  const RedisNames& names_;
  Log& log_;
  uint64_t life_s_;
  ScriptsGone scripts_gone_;
  std::unordered_map<std::string, StreamId, TextHash, std::equal_to<>> waiting_;
  std::deque<std::pair<std::string, StreamId>> flight_;
  bool open_ = false;
  bool refused_ = false;  // Redis takes none for now (OOM): slower
  UserFaults faults_;
  bool stale_ = false;  // what is in flight was given before clear(): not to be sent again
  std::function<void()> drained_;
  uv::Timer timer_;
};

}  // namespace hermod
