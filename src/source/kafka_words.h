#pragma once
// What the judges of a Kafka client share: how long they wait, and words.

#include <cstdint>
#include <string_view>

namespace hermod::kafka {

// Seconds for which a member may be without what it had: a rebalance, a new coordinator and a new
// leader are part of a group's life, and must not take every process out of a load balancer at
// once.
inline constexpr uint32_t kPatienceTicks = 10;

inline constexpr std::string_view kAdvertisedHint =
    " (the brokers' advertised.listeners must name addresses that this process can reach)";

}  // namespace hermod::kafka
