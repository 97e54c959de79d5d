#include "redis/redis_url.h"

#include <algorithm>
#include <optional>

#include "base/parse.h"
#include "base/text_flaw.h"

namespace hermod {
namespace {

constexpr std::string_view kTakes =
    "REDIS_URL must be redis://[user:password@]host:port[/db] or unix:///path[?db=n]";

Error refusal(std::string_view why) {
  return {ErrorCode::kConfiguration, std::string(kTakes) + ": " + std::string(why)};
}

Result<void> parse_credentials(std::string_view text, RedisUrl& url) {
  if (text.empty() || text == ":") return {};  // templates produce this if no password is set
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return refusal("a user needs a password, user:password@");
  const auto user = percent_decode(text.substr(0, colon));
  const auto password = percent_decode(text.substr(colon + 1));
  if (!user || !password) {
    return refusal("the credentials are not percent-encoded correctly (% itself is %25)");
  }
  if (password->empty()) return refusal("the password before the @ is empty");
  url.credentials.user = *user;
  url.credentials.password = *password;
  return {};
}

Result<void> parse_host(std::string_view text, RedisUrl& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return refusal("the IPv6 address has no closing bracket");
    url.endpoint.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const size_t colon = text.find(':');
    url.endpoint.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
    if (text.starts_with(':') && std::count(text.begin(), text.end(), ':') > 1) {
      return refusal("an IPv6 address is written in brackets, [::1]:6379");
    }
  }
  if (url.endpoint.host.empty()) return refusal("the host is missing");
  if (std::count(port.begin(), port.end(), ':') > 1) {
    return refusal("an IPv6 address is written in brackets, [::1]:6379");
  }
  if (port.empty()) return {};
  const auto number = parse_number<decltype(url.endpoint.port)>(port.substr(1));
  if (!port.starts_with(':') || !number || *number == 0) {
    return refusal("the port must be a number from 1 to 65535");
  }
  url.endpoint.port = *number;
  return {};
}

Result<void> parse_database(std::string_view text, RedisUrl& url) {
  const auto number = parse_number<decltype(url.database)>(text);
  if (!number) return refusal("the database must be a number");
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
  url.endpoint.path = *path;
  return url;
}

// Rejects characters that end the credentials because they are not percent-encoded.
Result<void> check_characters(std::string_view rest) {
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return refusal(
        "queries and fragments are not supported (in a user or password, ? is %3F and # is %23)");
  }
  const size_t slash = rest.find('/');
  if (slash != std::string_view::npos && rest.find('@', slash) != std::string_view::npos) {
    return refusal("a / in the user or password is written %2F");
  }
  return {};
}

Result<RedisUrl> parse_tcp(std::string_view rest) {
  RedisUrl url;
  if (auto ok = check_characters(rest); !ok) return ok.error();
  std::string_view authority = rest.substr(0, rest.find('/'));
  const std::string_view database = rest.substr(authority.size());
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    if (auto ok = parse_credentials(authority.substr(0, at), url); !ok) return ok.error();
    authority.remove_prefix(at + 1);
  }
  if (authority.find(',') != std::string_view::npos) {
    return refusal(
        "it must name one host: redis+sentinel:// and redis+cluster:// are not supported yet");
  }
  if (auto ok = parse_host(authority, url); !ok) return ok.error();
  if (database.size() > 1) {
    if (auto ok = parse_database(database.substr(1), url); !ok) return ok.error();
  }
  return url;
}

// The error for a scheme that is not supported.
Error refuse_scheme(std::string_view text) {
  const std::string_view scheme = text.substr(0, text.find("://"));
  if (scheme.ends_with("+sentinel") || scheme.ends_with("+cluster")) {
    return refusal(
        "Sentinel and Cluster (redis+sentinel://, redis+cluster://) are not supported "
        "yet: name one Redis");
  }
  if (scheme == "rediss") {
    return refusal("rediss:// (TLS) is not supported; put a TLS proxy such as stunnel in front");
  }
  if (const std::string_view flaw = text_flaw(text); !flaw.empty()) {
    return refusal("the value " + std::string(flaw));
  }
  return refusal("the scheme is neither redis:// nor unix://");
}

}  // namespace

Result<RedisUrl> RedisUrl::parse(std::string_view text) {
  constexpr std::string_view kTcp = "redis://";
  constexpr std::string_view kUnix = "unix://";
  if (text.find('\0') != std::string_view::npos) return refusal("it contains a zero byte");
  if (text.starts_with(kTcp)) return parse_tcp(text.substr(kTcp.size()));
  if (text.starts_with(kUnix)) return parse_unix(text.substr(kUnix.size()));
  return refuse_scheme(text);
}

std::string RedisUrl::shown() const {
  if (endpoint.is_unix()) {
    return "unix://" + endpoint.path + (database == 0 ? "" : "?db=" + std::to_string(database));
  }
  std::string text = "redis://";
  if (!credentials.password.empty()) text += "***:***@";
  text += endpoint.address();
  if (database != 0) text += '/' + std::to_string(database);
  return text;
}

}  // namespace hermod
