#pragma once
// Parses the header and the claims of a token as JSON. It is strict where parsers differ, because a
// token that two programs read differently is an attack: the JSON must be one object of valid
// UTF-8, of limited depth, without duplicate names, and registered names must have the right type.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hermod {

// The relevant members of a header. Views are valid until the next read.
struct TokenHeader {
  std::string_view algorithm;  // empty if there is none
  std::optional<std::string_view> kid;
};

// The registered claims (RFC 7519 section 4.1) that are judged. Views are valid until the next
// read.
struct Claims {
  std::optional<std::string_view> subject;
  std::optional<std::string_view> issuer;
  std::vector<std::string_view> audiences;
  std::optional<double> expires_at_s;
  std::optional<double> not_before_s;
  std::optional<double> issued_at_s;
  std::optional<std::string_view> id;  // `jti`; one that is not a string counts as absent
};

class TokenReader {
 public:
  TokenReader();
  ~TokenReader();
  TokenReader(const TokenReader&) = delete;
  TokenReader& operator=(const TokenReader&) = delete;

  // Parses a header. May grow the capacity of `json`, because the parser reads past the end.
  // Returns nothing if `json` is not such an object, if `typ` is not JWT, if there is a `crit` (no
  // extension is supported), or if a member has the wrong type.
  std::optional<TokenHeader> read_header(std::string& json);

  // Parses the payload in the same way. A registered claim of the wrong type makes the whole
  // payload invalid, because its issuer means something that hermod does not understand.
  std::optional<Claims> read_claims(std::string& json);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace hermod
