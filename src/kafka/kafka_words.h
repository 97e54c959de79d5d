#pragma once
// Constants that the health checks of a Kafka client share.

#include <cstdint>
#include <string_view>

namespace hermod::kafka {

// Seconds for which a problem of a healthy member is not reported. Rebalances, new coordinators and
// new leaders are normal in a group, and must not make all processes not ready at once.
inline constexpr uint32_t kPatienceTicks = 10;

inline constexpr std::string_view kAdvertisedHint =
    " (the brokers' advertised.listeners must name addresses that this process can reach)";

}  // namespace hermod::kafka
