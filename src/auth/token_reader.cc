#include "auth/token_reader.h"

#include <simdjson.h>

#include <algorithm>

#include "auth/token_form.h"
#include "base/text.h"

namespace hermod {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kDepthMax = 16;

// Whether all names are different after their escapes are decoded.
bool names_differ(dom::object object) {
  std::vector<std::string_view> names;
  for (const dom::key_value_pair field : object) names.push_back(field.key);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

bool read_text(dom::element value, std::optional<std::string_view>& text) {
  std::string_view found;
  if (value.get_string().get(found) != simdjson::SUCCESS) return false;
  if (!simdjson::validate_utf8(found.data(), found.size())) return false;
  text = found;
  return true;
}

bool read_number(dom::element value, std::optional<double>& number) {
  double found = 0;
  if (value.get_double().get(found) != simdjson::SUCCESS) return false;
  number = found;
  return true;
}

bool read_audiences(dom::element value, std::vector<std::string_view>& audiences) {
  std::optional<std::string_view> one;
  dom::array list;
  if (value.get_array().get(list) != simdjson::SUCCESS) {
    if (!read_text(value, one)) return false;
    audiences.push_back(*one);
    return true;
  }
  for (const dom::element item : list) {
    if (!read_text(item, one)) return false;
    audiences.push_back(*one);
  }
  return true;
}

bool is_jwt(std::string_view type) {
  return type.size() == 3 && (type[0] | 0x20) == 'j' && (type[1] | 0x20) == 'w' &&
         (type[2] | 0x20) == 't';
}

bool read_header_field(std::string_view name, dom::element value, TokenHeader& header) {
  std::optional<std::string_view> text;
  if (name == "crit") return false;
  if (name == "kid") return read_text(value, header.kid);
  if (name == "typ") return read_text(value, text) && is_jwt(*text);
  if (name == "alg") {
    if (!read_text(value, text)) return false;
    header.algorithm = *text;
  }
  return true;
}

bool read_claim(std::string_view name, dom::element value, Claims& claims) {
  if (name == "sub") return read_text(value, claims.subject);
  if (name == "iss") return read_text(value, claims.issuer);
  if (name == "aud") return read_audiences(value, claims.audiences);
  if (name == "exp") return read_number(value, claims.expires_at_s);
  if (name == "nbf") return read_number(value, claims.not_before_s);
  if (name == "iat") return read_number(value, claims.issued_at_s);
  if (name == "jti") return value.is_string() ? read_text(value, claims.id) : true;
  return true;
}

}  // namespace

struct TokenReader::Parser {
  dom::parser parser;

  bool parse(std::string& json, dom::object& object) {
    if (json.starts_with(kByteOrderMark)) return false;  // newer versions of simdjson skip it
    json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
    return parser.parse(json.data(), json.size(), false).get_object().get(object) ==
               simdjson::SUCCESS &&
           names_differ(object);
  }
};

TokenReader::TokenReader() : parser_(std::make_unique<Parser>()) {
  // Reserves memory for the longest token; a failed allocation shows later as a failed parse.
  [[maybe_unused]] const auto room = parser_->parser.allocate(kTokenBytesMax, kDepthMax);
}

TokenReader::~TokenReader() = default;

std::optional<TokenHeader> TokenReader::read_header(std::string& json) {
  dom::object object;
  if (!parser_->parse(json, object)) return std::nullopt;
  TokenHeader header;
  for (const dom::key_value_pair field : object) {
    if (!read_header_field(field.key, field.value, header)) return std::nullopt;
  }
  return header;
}

std::optional<Claims> TokenReader::read_claims(std::string& json) {
  dom::object object;
  if (!parser_->parse(json, object)) return std::nullopt;
  Claims claims;
  for (const dom::key_value_pair field : object) {
    if (!read_claim(field.key, field.value, claims)) return std::nullopt;
  }
  return claims;
}

}  // namespace hermod
