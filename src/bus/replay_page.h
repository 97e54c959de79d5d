#pragma once
// One page of a user's history, as a replay returns it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/stream_id.h"

namespace hermod {

// Oldest message first.
struct ReplayPage {
  struct Entry {
    StreamId stream_id;
    std::string text;
    std::string traceparent = {};          // of the publication; empty: none
    uint64_t event_hash = 0;               // identifies the event; 0: unknown
    std::optional<int64_t> first_ms = {};  // as in BusListener::on_repeated_text(); none: no repeat
    bool seen = false;                     // by the user, on any connection
  };
  std::vector<Entry> entries;
  bool more = false;  // the limits of the request ended the page; continue after its last entry
  StreamId after;     // the page follows this one: as requested, or the position; null: none
  StreamId last;      // the newest stream id ever assigned to the user; null: none
  // The number of messages between `after` and the first entry (or `last`) that are no longer kept.
  uint64_t cut = 0;
  // What the user has seen of everything that is kept, in ascending order, whatever entries the
  // page has. Empty without ReplayRequest::with_seen.
  std::vector<StreamId> seen;
  // The tokens of the user that were issued in this second (since 1970) or before are revoked; 0:
  // none are.
  uint32_t revoked_s = 0;
};

// The number of messages between `page.after` and the first entry (or `page.last`, if the page is
// empty) that are no longer kept. 0 if the count goes back: then Redis failed over to a replica
// that lagged, or restarted with an older snapshot, and continues from that count, so that the
// difference is not a number of messages.
uint64_t count_cut(const ReplayPage& page);

}  // namespace hermod
