#pragma once
// REDIS_URL, parsed (protocol section 6): one Redis, the sentinels of one, or nodes of a cluster.
//
//   redis[s]://[user[:password]@]host[:port][/db]      unix:///path[?db=n]
//   redis[s]+sentinel://[user[:password]@]host[:port],.../master[/db]
//   redis[s]+cluster://[user[:password]@]host[:port],...
//
// `valkey` may stand for `redis` in each scheme. The second s means TLS.

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hermod/result.h"
#include "redis/redis_endpoint.h"

namespace hermod {

struct RedisUrl {
  enum class Kind { kSingle, kSentinel, kCluster };

  Kind kind = Kind::kSingle;
  bool tls = false;  // to all servers, with Sentinel to the sentinels, too
  // kSingle: the server. kSentinel: the sentinels. kCluster: nodes to ask for the others.
  // parse() returns at least one, each once. Ports default to 6379, of sentinels to 26379.
  std::vector<RedisEndpoint> seeds;
  RedisCredentials credentials;  // for Redis, never for sentinels
  std::string master;            // kSentinel: the name that the sentinels know; otherwise empty
  uint32_t database = 0;         // always 0 for kCluster

  // The error says what is wrong and never repeats the URL, which may contain a password.
  static Result<RedisUrl> parse(std::string_view text);

  // The server of kSingle.
  const RedisEndpoint& endpoint() const {
    assert(kind == Kind::kSingle && seeds.size() == 1);
    return seeds.front();
  }

  // For logs and health pages: credentials, if there are any, are shown as ***:***. The scheme is
  // shown with `redis`.
  std::string shown() const;
};

}  // namespace hermod
