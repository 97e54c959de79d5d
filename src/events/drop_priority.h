#pragma once
// The drop priority of a message: the lowest is discarded first under pressure (protocol section 1,
// priority). Outbox compares it; SharedFrame computes it once per message, on first use.

#include <string_view>

namespace hermod {

// Equal to "standard", so that a message without a priority is not dropped before the others.
inline constexpr int kDropPriorityUnknown = 1;

// 4 critical, 3 immediate, 2 high, 1 standard, 0 low; any other word counts as
// kDropPriorityUnknown.
int drop_priority_of_label(std::string_view priority);

// The drop priority of a message payload in any of the three formats; kDropPriorityUnknown if the
// payload has no `priority`.
int drop_priority_of_message(std::string_view text);

}  // namespace hermod
