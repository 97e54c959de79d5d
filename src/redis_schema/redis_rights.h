#pragma once
// The commands, keys and channels that hermod needs permission for, and the ACL rule that is
// missing if Redis refuses one. They include every command of the scripts, because Redis checks
// those with the rights of the caller.

#include <string>
#include <string_view>
#include <vector>

#include "redis_schema/redis_channels.h"

namespace hermod {

struct RedisRight {
  std::vector<std::string> words;  // the command, with names of a user that does not exist
  std::string command;             // its ACL rule: "+xadd"
  std::string names;               // the ACL rule of its key or channel: "~hermod:*"; empty: none
};

// The rights of the command link, in an order in which the commands succeed.
std::vector<RedisRight> command_rights(const RedisChannels& channels, const std::string& user);

// The rights of the subscription link.
std::vector<RedisRight> subscribe_rights(const RedisChannels& channels, const std::string& user);

// The rights of the link over which the processes find each other (redis_fleet). Without them,
// notifications still arrive.
std::vector<RedisRight> fleet_rights(const RedisChannels& channels, const std::string& user);

// The command that deletes the keys written by command_rights() and fleet_rights().
std::vector<std::string> cleanup_command(const RedisChannels& channels, const std::string& user);

// The missing rule, from Redis' error message; empty if the command failed for another reason.
std::string missing_rule(const RedisRight& right, std::string_view words);

}  // namespace hermod
