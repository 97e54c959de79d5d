#include "redis/redis_seeds.h"

#include <algorithm>
#include <string>

#include "base/configuration_error.h"
#include "base/parse.h"

namespace hermod {
namespace {

constexpr std::string_view kBrackets = "an IPv6 address is written in brackets, [::1]:6379";

Result<RedisEndpoint> parse_seed(std::string_view text, uint16_t default_port) {
  RedisEndpoint seed;
  std::string_view port;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos)
      return configuration_error("the IPv6 address has no closing bracket");
    seed.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    if (std::count(text.begin(), text.end(), ':') > 1)
      return configuration_error(std::string(kBrackets));
    const size_t colon = text.find(':');
    seed.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (seed.host.empty()) return configuration_error("the host is missing");
  seed.port = default_port;
  if (port.empty()) return seed;
  const auto number = parse_number<decltype(seed.port)>(port.substr(1));
  if (!port.starts_with(':') || !number || *number == 0) {
    return configuration_error("the port must be a number from 1 to 65535");
  }
  seed.port = *number;
  return seed;
}

}  // namespace

Result<std::vector<RedisEndpoint>> parse_redis_seeds(std::string_view text, uint16_t default_port) {
  std::vector<RedisEndpoint> seeds;
  if (text.empty()) return configuration_error("the host is missing");
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    if (end == begin) return configuration_error("a comma must stand between two hosts");
    auto seed = parse_seed(text.substr(begin, end - begin), default_port);
    if (!seed) return seed.error();
    if (std::find(seeds.begin(), seeds.end(), seed.value()) != seeds.end()) {
      return configuration_error("the list of hosts contains one of them twice");
    }
    seeds.push_back(seed.take());
    begin = end + 1;
  }
  return seeds;
}

}  // namespace hermod
