#include "redis_schema/redis_rights.h"

#include "redis/reply.h"

namespace hermod {
namespace keys = redis_keys;
namespace {

// SHA-1 of "return 1", the script that tests the right to EVALSHA.
constexpr std::string_view kReturnOne = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";

constexpr std::string_view kMembers = "}:members";  // a key that only these checks use

struct Names {
  Names(const RedisChannels& channels, const std::string& user)
      : user_key(channels.names.user_key() + user),
        own_channel(channels.names.user_channel() + user + std::string(channels.own_suffix())) {}

  std::string key(std::string_view suffix) const { return user_key + std::string(suffix); }
  std::string seen() const { return key(keys::kSeen) + "check"; }

  std::string user_key;
  std::string own_channel;
};

std::string key_rule(const RedisChannels& channels) {
  const std::string& begin = channels.names.user_key();
  return '~' + begin.substr(0, begin.size() - 1) + '*';
}

std::string own_channels_rule(const RedisChannels& channels) {
  return '&' + channels.names.own_channels() + '*';
}

void add_stream(std::vector<RedisRight>& rights, const std::string& key, const std::string& rule) {
  rights.push_back({{"XADD", key, "MAXLEN", "=", "8", "1-1", "text", "check"}, "+xadd", rule});
  rights.push_back({{"XRANGE", key, "-", "+", "COUNT", "1"}, "+xrange", rule});
  rights.push_back({{"XREVRANGE", key, "+", "-", "COUNT", "1"}, "+xrevrange", rule});
  rights.push_back({{"XINFO", "STREAM", key}, "+xinfo|stream", rule});
  rights.push_back({{"XSETID", key, "1-1"}, "+xsetid", rule});
  rights.push_back({{"XTRIM", key, "MAXLEN", "=", "8"}, "+xtrim", rule});
  rights.push_back({{"XDEL", key, "1-1"}, "+xdel", rule});
  rights.push_back({{"PEXPIRE", key, "60000"}, "+pexpire", rule});
}

// EXPIREAT deletes the keys.
void add_routed(std::vector<RedisRight>& rights, const Names& names, const std::string& rule) {
  for (const std::string_view suffix : keys::kRouted) {
    const std::string key = names.key(suffix);
    rights.push_back({{"SADD", key, "1"}, "+sadd", rule});
    rights.push_back({{"SISMEMBER", key, "1"}, "+sismember", rule});
    rights.push_back({{"SMISMEMBER", key, "1"}, "+smismember", rule});
    rights.push_back({{"TTL", key}, "+ttl", rule});
    rights.push_back({{"SREM", key, "2"}, "+srem", rule});
    rights.push_back({{"EXPIREAT", key, "1"}, "+expireat", rule});
  }
}

void add_values(std::vector<RedisRight>& rights, const Names& names, const std::string& rule) {
  for (const std::string& key : {names.key(keys::kLast), names.key(keys::kMark), names.seen()}) {
    rights.push_back({{"SET", key, "1-1", "EX", "60"}, "+set", rule});
    rights.push_back({{"GET", key}, "+get", rule});
  }
  rights.push_back({{"EXISTS", names.seen()}, "+exists", rule});
  add_routed(rights, names, rule);
  const std::string acked = names.key(keys::kAcked);
  rights.push_back({{"HSET", acked, "check", "1-1"}, "+hset", rule});
  rights.push_back({{"HGET", acked, "check"}, "+hget", rule});
  rights.push_back({{"HMGET", acked, "check"}, "+hmget", rule});
  rights.push_back({{"EXPIRE", acked, "60"}, "+expire", rule});
  const std::string viewed = names.key(keys::kViewed);
  rights.push_back({{"ZADD", viewed, "1", "1-1"}, "+zadd", rule});
  rights.push_back({{"ZRANGE", viewed, "0", "0"}, "+zrange", rule});
  rights.push_back({{"ZREMRANGEBYSCORE", viewed, "1", "1"}, "+zremrangebyscore", rule});
  const std::string presence = names.key(keys::kPresence);
  rights.push_back({{"HSET", presence, "check", "1"}, "+hset", rule});
  rights.push_back({{"SCAN", "0", "COUNT", "1"}, "+scan", ""});
  rights.push_back({{"HGETALL", presence}, "+hgetall", rule});
  rights.push_back({{"HDEL", presence, "check"}, "+hdel", rule});
  rights.push_back({{"MGET", names.key(keys::kMark), names.key(keys::kLast)}, "+mget", rule});
}

}  // namespace

std::vector<RedisRight> command_rights(const RedisChannels& channels, const std::string& user) {
  const Names names(channels, user);
  const std::string rule = key_rule(channels);
  const std::string own = own_channels_rule(channels);
  std::vector<RedisRight> rights;
  rights.push_back({{"SCRIPT", "LOAD", "return 1"}, "+script|load", ""});
  rights.push_back({{"EVALSHA", std::string(kReturnOne), "0"}, "+evalsha", ""});
  rights.push_back({{"TIME"}, "+time", ""});
  rights.push_back({{"GET", channels.names.generation()}, "+get", rule});
  add_stream(rights, names.key(keys::kStream), rule);
  add_values(rights, names, rule);
  rights.push_back({cleanup_command(channels, user), "+del", rule});
  const std::string command(publish_command(channels.mode));
  const std::string publish_rule =
      channels.mode == PublishMode::kSharded ? "+spublish" : "+publish";
  // The subscription to the channels of the check user receives it.
  const std::string message = channels.mode == PublishMode::kClassic ? "" : "1-1 1\n";
  rights.push_back({{command, names.own_channel, message}, publish_rule, own});
  rights.push_back({{command, channels.canary, "0"}, publish_rule, own});
  if (channels.mode != PublishMode::kClassic) return rights;
  const ChannelPattern& publish = channels.listen[channels.publish];
  rights.push_back({{"PUBLISH", publish.name(user), "check"}, "+publish", '&' + publish.name("*")});
  return rights;
}

std::vector<RedisRight> subscribe_rights(const RedisChannels& channels, const std::string& user) {
  const Names names(channels, user);
  const std::string own = own_channels_rule(channels);
  std::vector<RedisRight> rights;
  const bool sharded = channels.mode == PublishMode::kSharded;
  const std::string command = sharded ? "SSUBSCRIBE" : "SUBSCRIBE";
  const std::string rule = sharded ? "+ssubscribe" : "+subscribe";
  rights.push_back({{command, names.own_channel}, rule, own});
  rights.push_back({{command, channels.canary}, rule, own});
  for (const ChannelPattern& pattern : channels.listen) {
    rights.push_back({{"SUBSCRIBE", pattern.name(user)}, "+subscribe", '&' + pattern.name("*")});
  }
  if (sharded) rights.push_back({{"SUNSUBSCRIBE", names.own_channel}, "+sunsubscribe", ""});
  if (!sharded || !channels.listen.empty()) {
    rights.push_back({{"UNSUBSCRIBE", names.own_channel}, "+unsubscribe", ""});
  }
  return rights;
}

// The channel is that of a process that does not exist, so that nothing receives the message.
std::vector<RedisRight> fleet_rights(const RedisChannels& channels, const std::string& user) {
  const std::string set = Names(channels, user).key(kMembers);
  const std::string channel = channels.names.own_channels() + "control:check";
  const std::string rule = key_rule(channels);
  return {{{"EVAL", "return 1", "0"}, "+eval", ""},
          {{"ZADD", set, "1", "check"}, "+zadd", rule},
          {{"ZSCORE", set, "check"}, "+zscore", rule},
          {{"ZRANGE", set, "0", "0"}, "+zrange", rule},
          {{"ZREVRANGE", set, "0", "0"}, "+zrevrange", rule},
          {{"ZRANGEBYSCORE", set, "0", "1"}, "+zrangebyscore", rule},
          {{"ZREMRANGEBYSCORE", set, "0", "0"}, "+zremrangebyscore", rule},
          {{"ZSCAN", set, "0"}, "+zscan", rule},
          {{"ZREM", set, "other"}, "+zrem", rule},
          {{"PUBSUB", "NUMSUB", channel}, "+pubsub|numsub", ""},
          {{"PUBLISH", channel, ""}, "+publish", own_channels_rule(channels)}};
}

std::vector<std::string> cleanup_command(const RedisChannels& channels, const std::string& user) {
  const Names names(channels, user);
  return {"DEL",
          names.key(keys::kStream),
          names.key(keys::kLast),
          names.key(keys::kAcked),
          names.key(keys::kMark),
          names.key(keys::kViewed),
          names.seen(),
          names.key(keys::kRouted[0]),
          names.key(keys::kRouted[1]),
          names.key(kMembers)};
}

// Redis 6: "no permissions to run the 'xadd' command", "to access one of the keys used as
// arguments"; Redis 7.2: "No permissions to access a key".
std::string missing_rule(const RedisRight& right, std::string_view words) {
  if (!is_error_of(words, "NOPERM")) return {};
  if (words.find(" command") != std::string_view::npos) return right.command;
  return right.names;
}

}  // namespace hermod
