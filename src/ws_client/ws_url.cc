#include "ws_client/ws_url.h"

#include "base/parse.h"

namespace hermod {
namespace {

Error invalid_url(const char* what) {
  return {ErrorCode::kValidation,
          std::string("the URL ") + what + "; use ws://host[:port]/path or wss://…"};
}

bool take_scheme(std::string_view& text, WsUrl& url) {
  for (const std::string_view scheme : {"ws://", "wss://"}) {
    if (!text.starts_with(scheme)) continue;
    url.tls = scheme.size() == 6;
    text.remove_prefix(scheme.size());
    return true;
  }
  return false;
}

}  // namespace

Result<WsUrl> parse_ws_url(std::string_view text) {
  WsUrl url;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f)
      return invalid_url("contains a space or a control character");
  }
  if (!take_scheme(text, url)) return invalid_url("has an unknown scheme");
  if (text.find('#') != std::string_view::npos) return invalid_url("has a fragment");
  const size_t end = text.find_first_of("/?");
  const std::string_view authority = text.substr(0, end);
  if (authority.find('@') != std::string_view::npos)
    return invalid_url("contains a user name or a password");
  if (end != std::string_view::npos) url.target = text.substr(end);
  if (url.target.front() == '?') url.target.insert(0, 1, '/');
  url.authority = authority;
  url.port = url.tls ? 443 : 80;
  const size_t bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    url.port = parse_number<uint16_t>(authority.substr(colon + 1)).value_or(0);
    if (url.port == 0) return invalid_url("has an invalid port");
  }
  url.host = bracket == std::string_view::npos ? authority.substr(0, colon)
                                               : authority.substr(1, bracket - 1);
  if (url.host.empty()) return invalid_url("has no host");
  return url;
}

}  // namespace hermod
