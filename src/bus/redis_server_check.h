#pragma once
// What `hermod check` asks of Redis, asked by the service at each new connection and, while
// something is refused, again each second: what kind of server it is, whether it may evict, and
// whether each command is permitted to a user that does not exist.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "bus/redis_channels.h"
#include "bus/redis_commands.h"
#include "bus/redis_probe.h"
#include "bus/redis_rights.h"

namespace hermod {

class RedisServerCheck final : ReplyTaker {
 public:
  using Changed = std::function<void()>;

  RedisServerCheck(RedisCommands& commands, const RedisChannels& channels, Changed changed);

  // Asks; `changed` comes with the last answer. A check that is under way goes on.
  void check();

  // Whether the last check found something that a person may mend while the connection stands.
  bool refused() const { return !refusal_.empty() || !publish_refusal_.empty(); }

  // Why the server cannot serve any client: it is a Sentinel or a cluster's node.
  const std::string& unfit() const { return unfit_; }
  // The right without which nothing is routed or replayed, in words. Empty: all are there.
  const std::string& refusal() const { return refusal_; }
  // The same for the rights without which what is kept is not published.
  const std::string& publish_refusal() const { return publish_refusal_; }
  // What the server may do to our data, in words.
  const std::string& warning() const { return warning_; }

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  void on_hello(const redisReply& reply);
  void ask_the_rest();
  void finish();
  void note(const RedisRight& right, const redisReply& reply);

  RedisCommands& commands_;
  Changed changed_;
  std::vector<RedisRight> rights_;
  bool asking_ = false;
  size_t answered_ = 0;
  RedisProbe probe_;
  std::string found_, publish_found_;  // of the check under way
  std::string unfit_, refusal_, publish_refusal_, warning_;
};

}  // namespace hermod
