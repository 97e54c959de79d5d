#pragma once
// Where the flood goes: ws://HOST[:PORT]/PATH with {user} and {token} in it. Pure.

#include <optional>
#include <string>
#include <string_view>

namespace hermod::bench {

struct Url {
  std::string host;  // without the brackets of an IPv6 address
  std::string port = "80";
  std::string host_header;   // as it stands in the URL
  std::string target = "/";  // path and query, braces and all
};

// Nothing where it is not of that form; only ws:// is spoken.
std::optional<Url> parse_url(std::string_view text);

// Each {name} replaced by its value. Values are not escaped: tokens and user names of ours need
// none.
std::string fill_in(std::string_view text, std::string_view user, std::string_view token);

}  // namespace hermod::bench
