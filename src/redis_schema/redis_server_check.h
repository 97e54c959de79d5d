#pragma once
// The checks of `hermod check` that the service makes on each new connection and, while a right is
// missing, every second: the kind of server, whether it may evict keys, and whether it permits each
// command, for a user that does not exist.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "redis/redis_commands.h"
#include "redis/redis_probe.h"
#include "redis_schema/redis_channels.h"
#include "redis_schema/redis_rights.h"

namespace hermod {

class RedisServerCheck final : ReplyHandler {
 public:
  using Changed = std::function<void()>;

  // `kind`: of REDIS_URL.
  RedisServerCheck(RedisCommands& commands, RedisUrl::Kind kind, const RedisChannels& channels,
                   Changed changed);

  // Starts a check; `changed` is called at the last reply. A check in progress is not restarted.
  void check();

  // True if the last check found a missing right, which can be granted while the connection is
  // open.
  bool refused() const { return !refusal_.empty() || !publish_refusal_.empty(); }

  // Why no client can use the server with this REDIS_URL: it is a Sentinel, a cluster node, or a
  // single Redis instead of a cluster. Empty: clients can.
  const std::string& unfit() const { return unfit_; }
  // The missing right without which nothing is routed or replayed. Empty: none is missing.
  const std::string& refusal() const { return refusal_; }
  // The missing right without which stored messages are not published. Empty: none is missing.
  const std::string& publish_refusal() const { return publish_refusal_; }
  // The risk that the server evicts hermod's data. Empty: there is none.
  const std::string& warning() const { return warning_; }

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  void on_hello(const redisReply& reply);
  void ask_the_rest();
  void finish();
  void note(const RedisRight& right, const redisReply& reply);

  RedisCommands& commands_;
  RedisUrl::Kind kind_;
  const RedisChannels& channels_;
  Changed changed_;
  std::vector<RedisRight> rights_;
  bool asking_ = false;
  size_t answered_ = 0;
  RedisProbe probe_;
  std::string found_, publish_found_;  // of the check in progress
  std::string unfit_, refusal_, publish_refusal_, warning_;
};

}  // namespace hermod
