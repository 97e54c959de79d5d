#pragma once
// The part of `hermod check` for one master: determines the kind of server, then tries each command
// and channel by itself, so that a missing right is named. Blocks.

#include <optional>
#include <string>
#include <vector>

#include "redis/redis_conversation.h"
#include "redis/redis_probe.h"
#include "redis_bus/redis_bus_options.h"
#include "redis_schema/redis_rights.h"

namespace hermod {

class MasterCheck {
 public:
  // `channels.check_user` and the hash tag of `channels` are in a slot of the master. Errors and
  // warnings are appended to `findings`, which must outlive this object.
  MasterCheck(const RedisBusOptions& options, const RedisEndpoint& endpoint, RedisChannels channels,
              std::vector<RedisFinding>& findings);

  // True: the server can be a master of this REDIS_URL.
  bool connect(bool production);
  // Precondition of the others: connect() was true.
  const RedisProbe& probe() const { return probe_; }
  bool try_rights();  // true: all are permitted
  void clean_up();    // deletes the keys of the check user

  // A value of the server's configuration; empty: unknown, because CONFIG is not permitted.
  std::string setting(const std::string& name);
  // The reply to another command; none: there is no reply, which is a finding, or it is an error.
  std::optional<std::string> text(const RedisConversation::Words& words);

  const RedisEndpoint& endpoint() const { return link_.endpoint; }
  const std::string& user() const { return channels_.check_user; }
  void fail(const std::string& text);  // a finding, after the address

 private:
  bool add(std::string text, RedisFinding::Level level);
  bool probe_server(bool production);
  bool try_each(RedisConversation& conversation, const std::vector<RedisRight>& rights);

  RedisUrl::Kind kind_;
  RedisLinkOptions link_;
  RedisChannels channels_;
  std::vector<RedisFinding>& findings_;
  std::string at_;
  RedisProbe probe_;
  std::optional<RedisConversation> conversation_;
};

}  // namespace hermod
