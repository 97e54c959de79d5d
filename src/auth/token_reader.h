#pragma once
// A token's header and claims as JSON: typed, bounded in depth, no name twice. Strict where parsers
// differ, since two readings of one token are an attack: JSON must be one object of valid UTF-8.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hermod {

// What of a header matters. Views are valid until the next read.
struct TokenHeader {
  std::string_view algorithm;  // empty where there is none
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
};

class TokenReader {
 public:
  TokenReader();
  ~TokenReader();
  TokenReader(const TokenReader&) = delete;
  TokenReader& operator=(const TokenReader&) = delete;

  // `json` may be given room to grow: the parser reads in words. Empty: not such an object, a `typ`
  // that is not JWT, a `crit` (none is understood here), a wrongly typed name.
  std::optional<TokenHeader> read_header(std::string& json);

  // The same for the payload. A registered claim of the wrong type spoils the whole: who minted
  // such a token means something that is not understood here.
  std::optional<Claims> read_claims(std::string& json);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace hermod
