#pragma once
// The validated reply of the replay script.

#include <optional>
#include <string>

#include "bus/replay_page.h"

struct redisReply;

namespace hermod {

struct ReplayReply {
  ReplayPage page;
  std::string problem;         // Redis' error message if the stream cannot be read; empty: it can
  uint64_t not_utf8 = 0;       // entries skipped because they are not UTF-8
  bool forgot_device = false;  // for a new one of the user
};

// None: the reply is an error, or is not a page.
std::optional<ReplayReply> read_replay_reply(const redisReply& reply);

}  // namespace hermod
