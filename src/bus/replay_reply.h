#pragma once
// The validated reply of the replay script, and the number of a user's messages that are no longer
// kept.

#include <optional>
#include <string>

#include "bus/bus.h"

struct redisReply;

namespace hermod {

struct ReplayReply {
  ReplayPage page;
  std::string problem;    // Redis' error message if the stream cannot be read; empty: it can
  uint64_t not_utf8 = 0;  // entries skipped because they are not UTF-8
};

// None: the reply is an error, or is not a page.
std::optional<ReplayReply> read_replay_reply(const redisReply& reply);

// The number of messages between `page.after` and the first entry (or `page.last`, if the page is
// empty) that are no longer kept. 0 if the count goes back: then Redis failed over to a replica
// that lagged, or restarted with an older snapshot, and continues from that count, so that the
// difference is not a number of messages.
uint64_t count_cut(const ReplayPage& page);

// Makes `page` follow `given`, if that is later than `page.after`.
void begin_after(ReplayPage& page, StreamId given);

// The reply to TIME, in milliseconds; none: the reply is not a time.
std::optional<uint64_t> read_time_reply(const redisReply& reply);

}  // namespace hermod
