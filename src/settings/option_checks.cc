#include "settings/option_checks.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string>

#include "auth/algorithm.h"
#include "base/ip_network.h"
#include "base/parse.h"
#include "base/text.h"
#include "redis_schema/redis_keys.h"
#include "settings/option_list.h"
#include "tracing/trace_headers.h"

namespace hermod::option {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_lower_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_alphanumeric(char c) {
  return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z');
}

bool holds_only(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [others](char c) {
    return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
  });
}

bool is_number(std::string_view text, unsigned min, unsigned max) {
  const auto number = parse_number<unsigned>(text);
  return number && *number >= min && *number <= max;
}

bool is_ipv6(std::string_view text) {
  return text.find(':') != std::string_view::npos && parse_address(text);
}

// "name", "1.2.3.4" or "[::1]", each with or without ":port".
bool is_authority(std::string_view text) {
  size_t host_end = text.find(':');
  if (text.starts_with('[')) {
    host_end = text.find(']');
    if (host_end == std::string_view::npos) return false;
    if (!is_ipv6(text.substr(1, host_end - 1))) return false;
    ++host_end;
  } else if (host_end == 0 || text.empty() || !holds_only(text.substr(0, host_end), "-._")) {
    return false;
  }
  if (host_end >= text.size()) return true;
  return text[host_end] == ':' && is_number(text.substr(host_end + 1), 1, 65535);
}

// The part of a URL after "http://" or "https://"; empty if it begins with neither.
std::string_view after_http(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (url.starts_with(scheme)) return url.substr(scheme.size());
  }
  return {};
}

bool is_broker(std::string_view text) {
  if (const size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    if (!holds_only(text.substr(0, scheme), "_")) return false;
    text.remove_prefix(scheme + 3);
  }
  return is_authority(text);
}

}  // namespace

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 64 && holds_only(text, "._-");
}

bool is_environment(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "production") return text == "production";
  return is_word(text) && lower != "prod";
}

bool is_text_or_empty(std::string_view text) {
  return text.empty() || is_text(text);
}

bool is_text(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !text.empty() && is_utf8(text) && std::none_of(text.begin(), text.end(), is_control);
}

bool is_admin_token(std::string_view text) {
  const auto is_graphic = [](char c) { return c >= 0x21 && c <= 0x7e; };
  return text.size() >= 16 && std::ranges::all_of(text, is_graphic);
}

bool is_log_level(std::string_view text) {
  return is_one_of(text, {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"});
}

bool is_log_format(std::string_view text) {
  return is_one_of(text, {"console", "json"});
}

bool is_host(std::string_view text) {
  return is_ipv6(text) || (!text.empty() && holds_only(text, "-._"));
}

bool is_slow_client_policy(std::string_view text) {
  return is_one_of(text, {"close", "drop_oldest"});
}

bool is_publish_format(std::string_view text) {
  return is_one_of(text, {"notification", "envelope", "event"});
}

bool is_tls_verify(std::string_view text) {
  return is_one_of(text, {"full", "ca", "none"});
}

bool is_pubsub(std::string_view text) {
  return is_one_of(text, {"auto", "sharded", "classic"});
}

bool is_redis_prefix(std::string_view text) {
  return RedisNames::is_prefix(text);
}

bool is_topic(std::string_view text) {
  return !text.empty() && text.size() <= 249 && text != "." && text != ".." &&
         holds_only(text, "._-");
}

bool is_broker_list(std::string_view text) {
  const std::vector<std::string> brokers = split_commas(text);
  return std::all_of(brokers.begin(), brokers.end(), is_broker);
}

bool is_algorithm(std::string_view text) {
  return find_algorithm(text) != nullptr;
}

bool is_origin(std::string_view text) {
  // A browser sends scheme, host and port in lower case, and nothing after them.
  const std::string_view rest = after_http(text);
  const bool lower = std::all_of(rest.begin(), rest.end(), [](char c) {
    return is_lower_alphanumeric(c) || !is_alphanumeric(c);
  });
  return lower && is_authority(rest);
}

bool is_network(std::string_view text) {
  return hermod::is_network(text);
}

bool is_http_url(std::string_view text) {
  std::string_view rest = after_http(text);
  rest = rest.substr(0, rest.find('/'));
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  return is_text(text) && is_authority(rest);
}

bool is_header_list(std::string_view text) {
  return parse_trace_headers(text).has_value();
}

bool is_sampler(std::string_view text) {
  return is_one_of(text, {"always_on", "always_off", "traceidratio", "parentbased_always_on",
                          "parentbased_always_off", "parentbased_traceidratio"});
}

bool is_share(std::string_view text) {
  const auto share = parse_number<double>(text);
  return share && *share >= 0 && *share <= 1;
}

bool holds_password(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view rest = url.substr(scheme + 3);
  const size_t at = rest.rfind('@');
  return at != std::string_view::npos && rest.substr(0, at).find(':') != std::string_view::npos;
}

}  // namespace hermod::option
