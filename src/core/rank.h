#pragma once
// How dear a text is when something must be given up (protocol section 1, priority).

#include <string_view>

namespace hermod {

inline constexpr int kRankUnknown =
    1;  // like "standard": a text that says nothing is not worth less

// 4 critical, 3 immediate, 2 high, 1 standard, 0 low; any other word counts as kRankUnknown.
int rank_of_priority(std::string_view priority);

// The rank of the `priority` in a text of any of the three formats; kRankUnknown where it has none.
int rank_of_text(std::string_view text);

}  // namespace hermod
