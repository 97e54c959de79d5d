#pragma once
// URLs of the form ws://HOST[:PORT]/PATH with the placeholders {user} and {token}. Pure functions.

#include <optional>
#include <string>
#include <string_view>

namespace hermod::bench {

struct Url {
  std::string host;  // without the brackets of an IPv6 address
  std::string port = "80";
  std::string host_header;   // HOST[:PORT] as written in the URL
  std::string target = "/";  // path and query, with the placeholders
};

// Empty if `text` does not have this form. Only ws:// is supported.
std::optional<Url> parse_url(std::string_view text);

// Replaces each placeholder by its value. Values are not escaped: the flood's tokens and user names
// contain no special characters.
std::string fill_in(std::string_view text, std::string_view user, std::string_view token);

}  // namespace hermod::bench
