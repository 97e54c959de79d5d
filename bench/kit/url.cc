#include "kit/url.h"

namespace hermod::bench {
namespace {

constexpr std::string_view kScheme = "ws://";

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
}

// Splits HOST[:PORT]; the host may be an IPv6 address in brackets.
bool split_authority(std::string_view authority, Url& url) {
  std::string_view rest;
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return false;
    url.host = authority.substr(1, end - 1);
    rest = authority.substr(end + 1);
  } else {
    const size_t colon = authority.find(':');
    url.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) rest = authority.substr(colon);
  }
  if (url.host.empty()) return false;
  if (rest.empty()) return true;
  url.port = rest.substr(1);
  return rest[0] == ':' && !url.port.empty() &&
         url.port.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  if (!text.starts_with(kScheme)) return std::nullopt;
  text.remove_prefix(kScheme.size());
  const size_t end = text.find_first_of("/?");
  Url url;
  url.host_header = text.substr(0, end);
  if (!split_authority(url.host_header, url)) return std::nullopt;
  if (end != std::string_view::npos) {
    url.target = text[end] == '/' ? "" : "/";
    url.target += text.substr(end);
  }
  return url;
}

std::string fill_in(std::string_view text, std::string_view user, std::string_view token) {
  std::string out(text);
  replace_all(out, "{user}", user);
  replace_all(out, "{token}", token);
  return out;
}

}  // namespace hermod::bench
