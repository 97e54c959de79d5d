#pragma once
// The canonical request that libwebsockets is handed in place of what the client sent: of the
// client's own head it gets the key and nothing else, so none of its parser's limits and habits
// come into play.

#include <cstddef>
#include <string>
#include <string_view>

namespace hermod {

// What libwebsockets takes as already read, head and early bytes together.
inline constexpr size_t kUpgradeBytesMax = 2048;

inline constexpr char kSubprotocol[] = "hermod";

enum class Subprotocol { kNone, kHermod };

std::string build_upgrade_head(std::string_view key, Subprotocol subprotocol);

}  // namespace hermod
