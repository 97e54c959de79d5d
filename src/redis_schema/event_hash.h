#pragma once
// The 63-bit hash of an event id: identifies a routed event in a user's `routed` sets, in an entry
// of the user's stream, and in a message of the `:text` channel. All versions and machines compute
// the same hash. Two events of a user with one hash would count as the same event; for a user with
// 10,000 events, the probability is 1 in 10^15 for each new event.

#include <cstdint>
#include <string_view>

namespace hermod {

// Never 0, which means that the hash is unknown. It fits into a signed 64-bit integer, so that
// Redis stores it as one.
uint64_t event_hash(std::string_view event_id);

}  // namespace hermod
