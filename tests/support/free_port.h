#pragma once
// Loopback ports that are free now, for servers that must know their port before they start.
// Another process can bind such a port first, so a start tries again with another port.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hermod::test {

uint16_t free_port();
std::vector<uint16_t> free_ports(size_t count);  // all different

}  // namespace hermod::test
