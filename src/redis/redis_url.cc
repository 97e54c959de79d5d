#include "redis/redis_url.h"

#include "base/parse.h"
#include "base/text_flaw.h"
#include "redis/redis_seeds.h"

namespace hermod {
namespace {

using Kind = RedisUrl::Kind;

constexpr std::string_view kUnix = "unix://";
constexpr uint16_t kRedisPort = 6379;
constexpr uint16_t kSentinelPort = 26'379;

struct Scheme {
  Kind kind;
  std::string_view suffix;    // after redis or rediss
  std::string_view accepted;  // completes "REDIS_URL must be …"
};

constexpr Scheme kSchemes[] = {
    {Kind::kSingle, "", "redis[s]://[user:password@]host:port[/db] or unix:///path[?db=n]"},
    {Kind::kSentinel, "+sentinel", "redis[s]+sentinel://[user:password@]host1,host2,…/master[/db]"},
    {Kind::kCluster, "+cluster", "redis[s]+cluster://[user:password@]host1,host2,…"},
};

const Scheme& scheme_of(Kind kind) {
  for (const Scheme& scheme : kSchemes) {
    if (scheme.kind == kind) return scheme;
  }
  return kSchemes[0];
}

Error refusal(std::string_view why, Kind kind = Kind::kSingle) {
  return {ErrorCode::kConfiguration,
          "REDIS_URL must be " + std::string(scheme_of(kind).accepted) + ": " + std::string(why)};
}

Result<void> parse_credentials(std::string_view text, RedisUrl& url) {
  if (text.empty() || text == ":") return {};  // templates produce this if no password is set
  const size_t colon = text.find(':');
  const bool has_password = colon != std::string_view::npos;
  const auto user = percent_decode(text.substr(0, colon));
  const auto password = percent_decode(has_password ? text.substr(colon + 1) : "");
  if (!user || !password) {
    return refusal("the credentials are not percent-encoded correctly (% itself is %25)", url.kind);
  }
  if (has_password && password->empty()) {
    return refusal("the password before the @ is empty", url.kind);
  }
  url.credentials.user = *user;
  url.credentials.password = *password;
  return {};
}

Result<void> parse_database(std::string_view text, RedisUrl& url) {
  const auto number = parse_number<decltype(url.database)>(text);
  if (!number) return refusal("the database must be a number", url.kind);
  url.database = *number;
  return {};
}

Result<RedisUrl> parse_unix(std::string_view rest) {
  RedisUrl url;
  const size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    constexpr std::string_view kDatabase = "db=";
    const std::string_view query = rest.substr(question + 1);
    if (!query.starts_with(kDatabase)) {
      return refusal("after the socket's path only ?db=n may follow (a ? in the path is %3F)");
    }
    if (auto ok = parse_database(query.substr(kDatabase.size()), url); !ok) return ok.error();
  }
  const auto path = percent_decode(rest.substr(0, question));
  if (!path || !path->starts_with('/') || path->size() < 2) {
    return refusal("the socket's path must be absolute");
  }
  constexpr size_t kPathBytesMax = 107;  // the maximum of sockaddr_un
  if (path->size() > kPathBytesMax) return refusal("the socket's path is longer than 107 bytes");
  if (path->find('\0') != std::string::npos) return refusal("the socket's path has a zero byte");
  url.seeds.push_back({.host = {}, .path = *path});
  return url;
}

// Rejects characters that end the credentials because they are not percent-encoded.
Result<void> check_characters(std::string_view rest, Kind kind) {
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return refusal(
        "queries and fragments are not supported (in a user or password, ? is %3F and # is %23)",
        kind);
  }
  const size_t slash = rest.find('/');
  if (slash != std::string_view::npos && rest.find('@', slash) != std::string_view::npos) {
    return refusal("a / in the user or password is written %2F", kind);
  }
  return {};
}

// `path` is what follows the first slash.
Result<void> parse_master(std::string_view path, RedisUrl& url) {
  const size_t slash = path.find('/');
  const auto master = percent_decode(path.substr(0, slash));
  if (!master) return refusal("the master's name is not percent-encoded correctly", url.kind);
  if (master->empty()) {
    return refusal("the name of the master is missing, such as mymaster", url.kind);
  }
  if (master->find('\0') != std::string::npos) {
    return refusal("the master's name has a zero byte", url.kind);
  }
  url.master = *master;
  if (slash == std::string_view::npos || slash + 1 == path.size()) return {};
  return parse_database(path.substr(slash + 1), url);
}

Result<void> parse_path(std::string_view path, RedisUrl& url) {
  if (url.kind == Kind::kSentinel) return parse_master(path, url);
  if (path.empty()) return {};
  if (url.kind == Kind::kCluster) {
    return refusal("a cluster has only the database 0, so no path may follow the hosts", url.kind);
  }
  return parse_database(path, url);
}

Result<RedisUrl> parse_network(std::string_view rest, Kind kind, bool tls) {
  RedisUrl url;
  url.kind = kind;
  url.tls = tls;
  if (auto ok = check_characters(rest, kind); !ok) return ok.error();
  std::string_view authority = rest.substr(0, rest.find('/'));
  const std::string_view path = rest.substr(authority.size());
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    if (auto ok = parse_credentials(authority.substr(0, at), url); !ok) return ok.error();
    authority.remove_prefix(at + 1);
  }
  auto seeds = parse_redis_seeds(authority, kind == Kind::kSentinel ? kSentinelPort : kRedisPort);
  if (!seeds) return refusal(seeds.error().message, kind);
  url.seeds = seeds.take();
  if (kind == Kind::kSingle && url.seeds.size() > 1) {
    return refusal(
        "it must name one host; several hosts belong to redis+sentinel:// or redis+cluster://");
  }
  if (auto ok = parse_path(path.substr(path.empty() ? 0 : 1), url); !ok) return ok.error();
  return url;
}

// The error for a scheme that is not supported.
Error refuse_scheme(std::string_view text) {
  if (const std::string_view flaw = text_flaw(text); !flaw.empty()) {
    return refusal("the value " + std::string(flaw));
  }
  return refusal(
      "the scheme must be redis, rediss, unix, redis+sentinel, rediss+sentinel, redis+cluster or "
      "rediss+cluster");
}

}  // namespace

Result<RedisUrl> RedisUrl::parse(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return refusal("it contains a zero byte");
  if (text.starts_with(kUnix)) return parse_unix(text.substr(kUnix.size()));
  for (const Scheme& scheme : kSchemes) {
    for (const std::string_view name : {"redis", "rediss", "valkey", "valkeys"}) {
      const std::string start = std::string(name) + std::string(scheme.suffix) + "://";
      if (!text.starts_with(start)) continue;
      const bool tls = name == "rediss" || name == "valkeys";
      return parse_network(text.substr(start.size()), scheme.kind, tls);
    }
  }
  return refuse_scheme(text);
}

std::string RedisUrl::shown() const {
  const bool credentials_given = !credentials.user.empty() || !credentials.password.empty();
  if (kind == Kind::kSingle && endpoint().is_unix()) {
    const std::string query = database == 0 ? "" : "?db=" + std::to_string(database);
    return std::string(kUnix) + endpoint().path + query;
  }
  std::string text = tls ? "rediss" : "redis";
  text += scheme_of(kind).suffix;
  text += credentials_given ? "://***:***@" : "://";
  for (const RedisEndpoint& seed : seeds) {
    if (&seed != &seeds.front()) text += ',';
    text += seed.address();
  }
  if (!master.empty()) text += '/' + master;
  if (database != 0) text += '/' + std::to_string(database);
  return text;
}

}  // namespace hermod
