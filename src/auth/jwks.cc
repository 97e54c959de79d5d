#include "auth/jwks.h"

#include <nlohmann/json.hpp>

#include "auth/base64url.h"

namespace hermod {
namespace {

using nlohmann::json;

// The text under `name`, empty where there is none or it is no text.
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

bool is_meant(const Algorithm& algorithm, const json& key) {
  const auto is_or_absent = [&key](const char* name, std::string_view wanted) {
    return !key.contains(name) || text_of(key, name) == wanted;
  };
  if (text_of(key, "kty") != type_of(algorithm)) return false;
  if (algorithm.family == KeyFamily::kCurve && text_of(key, "crv") != algorithm.curve) return false;
  return is_or_absent("use", "sig") && is_or_absent("alg", algorithm.name) && has_operation(key);
}

bool read_number(const json& key, const char* name, std::string& bytes) {
  const std::string text = text_of(key, name);
  return !text.empty() && base64url_decode(text, bytes);
}

bool read_numbers(const Algorithm& algorithm, const json& from, JsonWebKey& key) {
  switch (algorithm.family) {
    case KeyFamily::kSecret:
      return read_number(from, "k", key.secret);
    case KeyFamily::kRsa:
      return read_number(from, "n", key.modulus) && read_number(from, "e", key.exponent);
    case KeyFamily::kCurve:
      return read_number(from, "x", key.x) && read_number(from, "y", key.y);
  }
  return false;
}

Error wrong(std::string what) {
  return {ErrorCode::kConfiguration, std::move(what)};
}

}  // namespace

Result<std::vector<JsonWebKey>> parse_jwks(const Algorithm& algorithm, std::string_view text) {
  const json set = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!set.is_object() || !set.contains("keys") || !set["keys"].is_array()) {
    return wrong("holds no JSON object with a list \"keys\"");
  }
  std::vector<JsonWebKey> keys;
  size_t number = 0;
  for (const json& from : set["keys"]) {
    ++number;
    if (!from.is_object() || !is_meant(algorithm, from)) continue;
    JsonWebKey key;
    key.kid = text_of(from, "kid");
    key.name = key.kid.empty() ? "number " + std::to_string(number) : '"' + key.kid + '"';
    if (!read_numbers(algorithm, from, key)) {
      return wrong("holds the key " + key.name + " without the numbers of its type in base64url");
    }
    for (const JsonWebKey& other : keys) {
      if (!key.kid.empty() && other.kid == key.kid)
        return wrong("holds the key " + key.name + " twice");
    }
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return wrong("holds no key for signatures of " + std::string(algorithm.name));
  return keys;
}

}  // namespace hermod
