#pragma once
// What the kernel knows about a connection and the library does not tell: it answers pings and
// drops empty pongs without a word.

#include <cstdint>
#include <optional>

namespace hermod {

// Milliseconds since the last data came in; nullopt for anything but TCP.
std::optional<int64_t> quiet_ms(int fd);

// Bytes written and not yet acknowledged by the other side.
uint32_t unsent_bytes(int fd);

}  // namespace hermod
