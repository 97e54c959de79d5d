#include "auth/jwks.h"

#include <nlohmann/json.hpp>

#include "auth/base64url.h"

namespace hermod {
namespace {

using nlohmann::json;

// Returns the string member `name`; empty if it is missing or not a string.
std::string text_of(const json& key, const char* name) {
  const auto found = key.find(name);
  return found != key.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string_view type_of(const Algorithm& algorithm) {
  switch (algorithm.family) {
    case KeyFamily::kSecret:
      return "oct";
    case KeyFamily::kRsa:
      return "RSA";
    case KeyFamily::kCurve:
      return "EC";
  }
  return "";
}

bool has_operation(const json& key) {
  const auto operations = key.find("key_ops");
  if (operations == key.end()) return true;
  for (const json& operation : *operations) {
    if (operation == "verify") return true;
  }
  return false;
}

// Escapes and truncates a string of the set for a message, so that the author of the set cannot
// forge log lines.
std::string shown(std::string_view text) {
  constexpr size_t kBytesMax = 64;
  std::string plain(text.substr(0, kBytesMax));
  for (char& c : plain) {
    if (c < 0x20 || c == 0x7f || c == '"' || c == '\\') c = '?';
  }
  if (text.size() > kBytesMax) plain += "...";
  return '"' + plain + '"';
}

// Returns the name of a private member (RFC 7518 sections 6.2.2 and 6.3.2), which a public key does
// not have; empty if there is none.
std::string_view private_member(const json& key) {
  if (text_of(key, "kty") == "oct") return {};
  for (const char* name : {"d", "p", "q", "dp", "dq", "qi", "oth"}) {
    if (key.contains(name)) return name;
  }
  return {};
}

// Returns why a key is not meant for signatures of `algorithm`; empty if it is.
std::string why_not_meant(const Algorithm& algorithm, const json& key) {
  const std::string type = text_of(key, "kty");
  const std::string wanted(type_of(algorithm));
  if (type.empty()) return "has no kty";
  if (const std::string_view member = private_member(key); !member.empty()) {
    return "holds the private member " + std::string(member) +
           ", with which anyone could sign: remove it from the set";
  }
  if (type != wanted) return "has the kty " + shown(type) + ", not " + wanted;
  if (algorithm.family == KeyFamily::kCurve && text_of(key, "crv") != algorithm.curve) {
    return "has the crv " + shown(text_of(key, "crv")) + ", not " + std::string(algorithm.curve);
  }
  if (key.contains("use") && text_of(key, "use") != "sig") {
    return "has the use " + shown(text_of(key, "use")) + ", not sig";
  }
  if (key.contains("alg") && text_of(key, "alg") != algorithm.name) {
    return "has the alg " + shown(text_of(key, "alg")) + ", not " + std::string(algorithm.name);
  }
  return has_operation(key) ? "" : "has key_ops without verify";
}

// Decodes one number. Returns what is wrong with it; empty if nothing is.
std::string read_number(const json& key, const char* name, std::string& bytes) {
  const std::string text = text_of(key, name);
  if (text.empty()) return std::string("has no ") + name;
  if (base64url_decode(text, bytes)) return {};
  return std::string("has a member ") + name + " that is not base64url without padding";
}

std::string read_numbers(const Algorithm& algorithm, const json& from, JsonWebKey& key) {
  const auto both = [&from](const char* a, std::string& to_a, const char* b, std::string& to_b) {
    std::string why = read_number(from, a, to_a);
    return why.empty() ? read_number(from, b, to_b) : why;
  };
  switch (algorithm.family) {
    case KeyFamily::kSecret:
      return read_number(from, "k", key.secret);
    case KeyFamily::kRsa:
      return both("n", key.modulus, "e", key.exponent);
    case KeyFamily::kCurve:
      return both("x", key.x, "y", key.y);
  }
  return "belongs to an unknown key family";
}

// Fills `key`. Returns why it cannot be used; empty if it can.
std::string read_key(const Algorithm& algorithm, const json& from, JsonWebKey& key) {
  if (!from.is_object()) return "is not a JSON object";
  key.kid = text_of(from, "kid");
  if (!key.kid.empty()) key.name = shown(key.kid);
  std::string why = why_not_meant(algorithm, from);
  return why.empty() ? read_numbers(algorithm, from, key) : why;
}

}  // namespace

Result<JsonWebKeySet> parse_jwks(const Algorithm& algorithm, std::string_view text) {
  const json set = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!set.is_object() || !set.contains("keys") || !set["keys"].is_array()) {
    return Error{ErrorCode::kConfiguration, "is not a JSON object with a list \"keys\""};
  }
  JsonWebKeySet found;
  size_t number = 0;
  for (const json& from : set["keys"]) {
    JsonWebKey key;
    key.name = "number " + std::to_string(++number);
    std::string why = read_key(algorithm, from, key);
    if (why.empty()) {
      found.keys.push_back(std::move(key));
    } else {
      found.skipped.push_back({std::move(key.name), std::move(why)});
    }
  }
  return found;
}

}  // namespace hermod
