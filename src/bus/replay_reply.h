#pragma once
// What the replay script answered, checked, and what of a user's texts the bounds of history have
// cut.

#include <optional>
#include <string>

#include "bus/bus.h"

struct redisReply;

namespace hermod {

struct ReplayReply {
  ReplayPage page;
  std::string problem;    // what is wrong with the user's stream, in Redis' words; empty: nothing
  uint64_t not_utf8 = 0;  // entries left out for that
};

// None: an error or anything else that is not a page.
std::optional<ReplayReply> read_replay_reply(const redisReply& reply);

// How many texts between `page.after` and its first entry, or `page.last` where it has none, are
// gone. None where the count goes back: that is Redis failed over to a replica that lagged, or came
// back with an older snapshot, and counts on from there; the difference is no number of texts.
uint64_t count_cut(const ReplayPage& page);

// Makes it the page that follows `given`, where that is later than what the page follows.
void begin_after(ReplayPage& page, StreamId given);

// The answer to TIME, in milliseconds.
std::optional<uint64_t> read_time_reply(const redisReply& reply);

}  // namespace hermod
