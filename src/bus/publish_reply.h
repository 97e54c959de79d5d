#pragma once
// What the publish script answered, checked.

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
    std::string_view error;  // Redis' words for kUnpublished and kRefused
  };
  std::vector<Done> done;  // in order; views into the reply
  std::string stopped;     // why the records behind them were not tried; empty: all were
  std::string note;        // what the script repaired among the user's keys; empty: nothing
};

// None: the reply is not one that the script gives to a call with `records` records.
std::optional<PublishReply> read_publish_reply(const redisReply& reply, size_t records);

}  // namespace hermod
