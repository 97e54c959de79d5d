#pragma once
// Drop priority: which messages are discarded first under pressure (protocol section 1, priority).

#include <string_view>

namespace hermod {

// Equal to "standard", so that a message without a priority is not dropped earlier.
inline constexpr int kRankUnknown = 1;

// 4 critical, 3 immediate, 2 high, 1 standard, 0 low; any other word counts as kRankUnknown.
int rank_of_priority(std::string_view priority);

// The drop priority of a message payload in any of the three formats; kRankUnknown if the payload
// has no `priority`.
int rank_of_text(std::string_view text);

}  // namespace hermod
