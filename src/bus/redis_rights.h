#pragma once
// The commands, keys and channels that hermod needs to be permitted, and the rule of Redis' ACL
// that is missing where one is refused. Every command that a script runs is among them, since Redis
// judges those as the caller's own.

#include <string>
#include <string_view>
#include <vector>

#include "bus/redis_channels.h"

namespace hermod {

struct RedisRight {
  std::vector<std::string> words;  // the command, on names of a user that does not exist
  std::string command;             // its rule: "+xadd"
  std::string names;  // the rule of its key or channel: "~hermod:*"; empty: it has none
};

// Those of the link for commands, in an order in which they work.
std::vector<RedisRight> command_rights(const RedisChannels& channels, const std::string& user);

// Those of the link that subscribes.
std::vector<RedisRight> subscribe_rights(const RedisChannels& channels, const std::string& user);

// Removes what the commands wrote.
std::vector<std::string> cleanup_command(const RedisChannels& channels, const std::string& user);

// The rule that is missing, by Redis' words of refusal; empty where the refusal is of another kind.
std::string missing_rule(const RedisRight& right, std::string_view words);

}  // namespace hermod
