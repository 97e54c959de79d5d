#pragma once
// The validated reply of the publish script.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bus/bus.h"

struct redisReply;

namespace hermod {

struct PublishReply {
  struct Done {
    PublishOutcome outcome;
    std::string_view error;  // Redis' error message for kUnpublished and kRefused
  };
  std::vector<Done> done;  // in the order of the call; views into the reply
  std::string stopped;     // why the remaining records were not tried; empty: all were
  std::string note;        // what the script repaired in the user's keys; empty: nothing
};

// None: the script does not return such a reply to a call with `records` records.
std::optional<PublishReply> read_publish_reply(const redisReply& reply, size_t records);

}  // namespace hermod
