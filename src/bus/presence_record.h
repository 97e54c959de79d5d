#pragma once
// The announced state of a user, and the rules by which it changes. MemoryPresence keeps a record
// for each user; RedisBus keeps the same in Redis, where a script applies the same rules.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bus/presence.h"

namespace hermod {

struct PresenceRecord {
  bool online = false;
  int64_t at_ms = 0;   // of the last event
  int64_t due_ms = 0;  // when `offline` is announced, unless the user returns; 0: not at all
  // The process that announces the event: empty when it was written, kNoAnnouncer when it failed.
  std::string announcer;
};

inline constexpr std::string_view kNoAnnouncer = "-";

// A look at the record of a user.
struct PresenceLook {
  bool connected = false;         // to any process
  int64_t now_ms = 0;             // of the bus
  int64_t grace_ms = 0;           // from the end of the last connection to `offline`
  std::string_view process = {};  // it announces a change
  std::string_view repeats = {};  // the process whose open events are announced again; or none
};

struct PresenceChange {
  enum class Kind : uint8_t { kNone, kAnnounce, kWait } kind = Kind::kNone;
  bool online = false;  // kAnnounce
  int64_t ms = 0;       // kAnnounce: the time of the event; kWait: until `offline` is due
};

// A user without a record counts as online if there is no connection: the data may have been lost.
PresenceChange change_presence(std::optional<PresenceRecord>& record, const PresenceLook& look);

// Stores the outcome, unless another event or another process replaced it.
void settle_presence(PresenceRecord& record, std::string_view process,
                     const PresenceCall::Outcome& settled);

}  // namespace hermod
