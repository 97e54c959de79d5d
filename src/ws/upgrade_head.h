#pragma once
// The canonical upgrade request that libwebsockets receives instead of the client's request head.
// It contains only the client's key, so the limits and the quirks of the library's HTTP parser do
// not matter. Built by WsServer.

#include <cstddef>
#include <string>
#include <string_view>

#include "core/upgrade.h"

namespace hermod {

// The maximum that libwebsockets accepts as already read: head and early bytes together.
inline constexpr size_t kUpgradeBytesMax = 2048;

// The names of the sub-protocols.
inline constexpr char kHermodName[] = "hermod";
inline constexpr char kHermodV1Name[] = "hermod.v1";

std::string build_upgrade_head(std::string_view key, Subprotocol subprotocol);

}  // namespace hermod
