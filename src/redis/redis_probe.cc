#include "redis/redis_probe.h"

#include <charconv>
#include <cstdio>

#include "redis/reply.h"

namespace hermod {
namespace {

constexpr unsigned kVersionMin = 5;
constexpr double kFullShare = 0.9;

// The value after "name:" at the start of a line.
std::string_view info_field(std::string_view info, std::string_view name) {
  for (size_t at = info.find(name); at != std::string_view::npos; at = info.find(name, at + 1)) {
    const size_t value = at + name.size();
    if ((at > 0 && info[at - 1] != '\n') || value >= info.size() || info[value] != ':') continue;
    const size_t end = info.find_first_of("\r\n", value);
    return info.substr(value + 1, end == std::string_view::npos ? end : end - value - 1);
  }
  return {};
}

uint64_t info_number(std::string_view info, std::string_view name) {
  const std::string_view text = info_field(info, name);
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// An empty value leaves `known` unchanged.
void take(std::string_view said, std::string& known) {
  if (!said.empty()) known = said;
}

unsigned major_of(std::string_view version) {  // 0: unknown
  unsigned major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

std::string mebibytes(uint64_t bytes) {
  char text[40];
  std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / (1 << 20));
  return text;
}

}  // namespace

std::string RedisProbe::describe() const {
  std::string text = product + ' ' + (version.empty() ? "of unknown version" : version);
  if (!maxmemory_policy.empty()) text += ", " + maxmemory_policy;
  if (used_memory_bytes == 0) return text;
  text += ", " + mebibytes(used_memory_bytes);
  if (maxmemory_bytes != 0) text += " of " + mebibytes(maxmemory_bytes);
  return text + " used";
}

std::string RedisProbe::unfit(RedisUrl::Kind kind) const {
  if (mode == "sentinel") {
    return kind == RedisUrl::Kind::kSentinel
               ? "this is a Sentinel, but the sentinels name it as the master: correct "
                 "`sentinel monitor` in their configuration"
               : "this is a Sentinel, which holds no data: use redis+sentinel:// "
                 "(rediss+sentinel:// with TLS) in REDIS_URL, with the name of the master";
  }
  if (mode == "cluster" && kind != RedisUrl::Kind::kCluster) {
    return "this is a node of a cluster: use redis+cluster:// (rediss+cluster:// with TLS) in "
           "REDIS_URL";
  }
  if (mode == "standalone" && kind == RedisUrl::Kind::kCluster) {
    return "this is a single Redis: use redis:// (rediss:// with TLS) in REDIS_URL, or "
           "redis+sentinel:// if sentinels watch it";
  }
  if (!is_replica()) return {};
  if (kind == RedisUrl::Kind::kSingle) {
    return "this is a replica, which accepts no writes; REDIS_URL must name the master";
  }
  return "this is a replica, which accepts no writes";
}

std::string RedisProbe::unfit_for_sharding() const {
  constexpr unsigned kShardedVersion = 7;
  const unsigned major = major_of(version);
  if (major == 0 || major >= kShardedVersion) return {};
  return "Redis " + version + " does not know sharded channels: set REDIS_PUBSUB=classic";
}

std::vector<RedisFinding> RedisProbe::findings(bool production) const {
  using Level = RedisFinding::Level;
  std::vector<RedisFinding> found;
  if (maxmemory_policy.empty()) {
    found.push_back({Level::kWarning,
                     "maxmemory-policy and the memory in use are unknown, because INFO is not "
                     "permitted (+info)"});
  } else if (maxmemory_policy != "noeviction") {
    found.push_back({production ? Level::kError : Level::kWarning,
                     "maxmemory-policy is " + maxmemory_policy +
                         ": Redis may evict message histories and acknowledged positions; set it "
                         "to noeviction"});
  }
  const double share =
      static_cast<double>(used_memory_bytes) / static_cast<double>(maxmemory_bytes);
  if (maxmemory_bytes != 0 && share >= kFullShare) {
    const bool full = used_memory_bytes >= maxmemory_bytes;
    found.push_back({full ? Level::kError : Level::kWarning,
                     mebibytes(used_memory_bytes) + " of " + mebibytes(maxmemory_bytes) +
                         " are in use" + (full ? ": Redis refuses writes" : "") +
                         "; raise maxmemory"});
  }
  const unsigned major = major_of(version);
  if (!version.empty() && major < kVersionMin) {
    found.push_back({Level::kError, "streams need Redis 5 or later"});
  }
  return found;
}

void read_redis_hello(const redisReply& hello, RedisProbe& probe) {
  for (size_t i = 0; i + 1 < reply_size(hello); i += 2) {
    const std::string_view name = reply_text_at(hello, i).value_or("");
    const std::string_view value = reply_text_at(hello, i + 1).value_or("");
    if (name == "version") take(value, probe.version);
    if (name == "mode") take(value, probe.mode);
    if (name == "role") take(value, probe.role);
  }
}

void read_redis_info(std::string_view info, RedisProbe& probe) {
  take(info_field(info, "redis_version"), probe.version);
  // Valkey also reports the version of Redis that it is compatible with.
  if (const std::string_view own = info_field(info, "valkey_version"); !own.empty()) {
    probe.product = "Valkey";
    probe.version = own;
  }
  take(info_field(info, "redis_mode"), probe.mode);
  take(info_field(info, "role"), probe.role);
  take(info_field(info, "run_id"), probe.run_id);
  take(info_field(info, "maxmemory_policy"), probe.maxmemory_policy);
  probe.maxmemory_bytes = info_number(info, "maxmemory");
  probe.used_memory_bytes = info_number(info, "used_memory");
}

}  // namespace hermod
