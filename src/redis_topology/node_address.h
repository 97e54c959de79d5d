#pragma once
// Addresses of nodes, as a cluster or a sentinel reports them.

#include <cstdint>
#include <optional>
#include <string_view>

#include "redis/redis_endpoint.h"

namespace hermod {

// An empty host is the host of `asked`, the node that reported the address. "?" means that this
// node does not know the address: the endpoint then has an empty host. None: the host is not a name
// or address, or the port is out of range.
std::optional<RedisEndpoint> node_endpoint(std::string_view host, int64_t port,
                                           const RedisEndpoint& asked);

// The same for "host:port"; an IPv6 address has no brackets there, or has them.
std::optional<RedisEndpoint> parse_node_address(std::string_view address,
                                                const RedisEndpoint& asked);

}  // namespace hermod
