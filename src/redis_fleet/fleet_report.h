#pragma once
// The reply to the report of a process (fleet_scripts.h), with the list of the processes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fleet/fleet_transport.h"

struct redisReply;

namespace hermod {

struct FleetReport {
  int64_t now_ms = 0;             // of Redis
  bool added = false;             // the process was not in the list
  std::vector<std::string> dead;  // that this report removed
  std::vector<FleetMember> members;
};

// None: an error, or a reply of another form.
std::optional<FleetReport> read_fleet_report(const redisReply& reply);

std::vector<std::string> reply_texts(const redisReply& list);

// Which of `count` processes receive messages, from the reply to PUBSUB NUMSUB. All of them, if
// Redis refuses to answer.
std::vector<bool> read_reachable(const redisReply& reply, size_t count);

}  // namespace hermod
