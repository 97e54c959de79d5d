#pragma once
// The scripts that run inside Redis, and their SHA-1 digests. Each new command connection loads the
// scripts first (SCRIPT LOAD), which returns the digests for EVALSHA.

#include <array>
#include <functional>
#include <string>
#include <utility>

#include "hermod/log.h"
#include "hermod/result.h"
#include "redis/redis_commands.h"

namespace hermod {

// The atomic step: routes records of one user, in order.
// KEYS: stream, last, acked, the two keys of redis_keys::kRouted and, while older processes may run
// (RedisSharedState), one seen key per record. ARGV: the command that publishes, the user's
// channel, the pos channel ("" = the user's channel is the text channel), the maximum number of
// stream entries, the lifetime of the stream in ms, the lifetime of last and acked in s,
// IDEMPOTENCY_TTL_SECONDS, whether entries of the stream have the event hash ("" = no), the number
// of records, their event hashes, the message payloads, and, if a record has one, a traceparent for
// each record ("" = none). Reply: a string with one character per finished record (r routed, p
// duplicate, u unpublished, x refused). If there is more to report, an array: this string, why the
// script stopped ("" = it did not), the error message of each u and x, and what it repaired in the
// user's keys, if anything. kAppendScript is its first part: it numbers and appends a message.
extern const char kAppendScript[];
extern const char kPublishScript[];

// Reads one page of a user's history. KEYS: stream, last, acked, mark, revoked, viewed. ARGV: the
// stream id that the page follows ("" = the position of the next five), the maximum age in ms ("" =
// any), the maximum number of entries, the maximum number of bytes, a time in ms from which on the
// age does not matter ("" = none), and whether the reply has what the user has seen ("" = no). If
// the first is
// "": the device, the field of the connection in
// `acked` ("" = none), the lifetime of acked in s, the maximum number of devices, and since when
// the connection exists, in ms before now ("" = unknown). Reply: the stream id that the page
// follows, last, 1 = there is more, the error of the stream ("" = none), revoked ("" = none), the
// number of devices that were forgotten, an array of the stream ids that were seen, then the stream
// id, payload, traceparent and event hash of each entry. kCursorPrologue and kBeginScript are its
// first parts.
extern const char kCursorPrologue[];
extern const char kBeginScript[];
extern const char kReplayScript[];

// Moves positions, which never move back and never exceed `last`. KEYS: acked, last, mark. ARGV:
// the lifetime of acked and of a hold in s, the maximum number of holds, then for each position its
// kind (o = open, l = acknowledged late, h = ended with a hold, c = ended without one), the device,
// the field of the connection ("" = none) and the stream id ("" = none). kCursorPrologue is its
// first part.
extern const char kAckScript[];

// The positions of a dead process become holds. KEYS: acked. ARGV: the process, the lifetime of a
// hold in s. kCursorPrologue is its first part.
extern const char kHoldScript[];

// Marks what a user has seen, and publishes what is new. KEYS: viewed, stream. ARGV: the command
// that publishes, the channel, `<process>/<connection>`, the lifetime of viewed in s, the newest
// stream id that the connection was sent, the stream id up to which everything was seen ("" =
// none), then stream ids. Reply: those that are new. kCursorPrologue is its first part.
extern const char kSeenScript[];

// Stores the lease of a user. KEYS: presence. ARGV: the process, its connections, how many of them
// were granted before, the limit of all processes, the lifetime of the key in s. Reply: the number
// that was granted, if it is less an array: this number, and the other processes.
extern const char kLeaseScript[];

// The same with presence events (protocol section 2). KEYS: presence. ARGV: five as above, where 0
// connections end the lease of the process and an empty process changes no lease; this process;
// the time from the end of the last connection to `offline` in ms; the process whose open events
// are announced again ("" = none). With two more, the call only stores the outcome of an event: the
// time of the event, and "w" (written) or "f" (failed). Reply: an array of the reply above, and if
// there is more: 1 (online), 2 (offline) with the time of the event in ms, or 3 with the time in ms
// until `offline` is due; and the key. kPresencePrologue and kLeaseScript are its first parts.
extern const char kPresencePrologue[];
extern const char kPresenceScript[];

// Revokes the tokens of a user that were issued in a second or before. KEYS: revoked. ARGV: the
// second since 1970 ("" = now), the lifetime of the key in s. Reply: the latest second that was
// ever given. The script is sent as a whole, because it is rare.
extern const char kRevokeScript[];

class RedisScripts final : ReplyHandler {
 public:
  enum Script { kPublish, kReplay, kAck, kHold, kSeen, kLease, kPresence, kCount };
  using Loaded = std::function<void(const Result<void>&)>;

  // `loaded` is called after each load(), unless the link fails before.
  RedisScripts(RedisCommands& commands, Log& log, Loaded loaded)
      : commands_(commands), log_(log), done_(std::move(loaded)) {}

  // Loads all scripts. A call while they are being loaded has no effect.
  void load();
  void load_again();  // Redis no longer has them: it replied NOSCRIPT
  bool loaded() const { return loaded_; }

  // Begins EVALSHA; the caller must add `keys` keys and `arguments` arguments. Precondition:
  // loaded().
  RedisCommand call(Script script, ReplyHandler& handler, size_t keys, size_t arguments);

 private:
  void on_reply(const redisReply& reply) override;
  void on_reply_lost() override;

  RedisCommands& commands_;
  Log& log_;
  Loaded done_;
  std::array<std::string, kCount> names_;
  size_t expected_ = 0;  // missing replies to SCRIPT LOAD
  bool loaded_ = false;
  std::string error_;
};

}  // namespace hermod
