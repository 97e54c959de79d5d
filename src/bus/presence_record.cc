#include "bus/presence_record.h"

#include <algorithm>

namespace hermod {
namespace {

using Kind = PresenceChange::Kind;

PresenceChange announce(PresenceRecord& record, std::string_view process) {
  record.due_ms = 0;
  record.announcer = process;
  return {Kind::kAnnounce, record.online, record.at_ms};
}

}  // namespace

PresenceChange change_presence(std::optional<PresenceRecord>& record, const PresenceLook& look) {
  if (record && record->online == look.connected) {
    record->due_ms = 0;
    const std::string& announcer = record->announcer;
    const bool repeated =
        !announcer.empty() && (announcer == kNoAnnouncer || announcer == look.repeats);
    return repeated ? announce(*record, look.process) : PresenceChange{};
  }
  if (!record) record = PresenceRecord{.online = !look.connected, .announcer = {}};
  if (!look.connected) {
    if (record->due_ms == 0) record->due_ms = look.now_ms + look.grace_ms;
    if (look.now_ms < record->due_ms) return {Kind::kWait, false, record->due_ms - look.now_ms};
  }
  record->online = look.connected;
  record->at_ms = std::max(look.now_ms, record->at_ms + 1);
  return announce(*record, look.process);
}

void settle_presence(PresenceRecord& record, std::string_view process,
                     const PresenceCall::Outcome& settled) {
  if (record.at_ms != settled.at_ms || record.announcer != process) return;
  record.announcer = settled.outcome == PresenceOutcome::kWritten ? "" : kNoAnnouncer;
}

}  // namespace hermod
