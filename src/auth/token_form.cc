#include "auth/token_form.h"

#include "auth/base64url.h"

namespace hermod {
namespace {

bool decode_part(std::string_view text, std::string& bytes) {
  bytes.clear();
  return !text.empty() && base64url_decode(text, bytes);
}

}  // namespace

bool split_token(std::string_view token, TokenParts& parts) {
  if (token.size() > kTokenBytesMax) return false;
  const size_t first = token.find('.');
  if (first == std::string_view::npos) return false;
  const size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos) return false;
  parts.signed_text = token.substr(0, second);
  // A third dot is not in the alphabet, so decoding the signature fails.
  return decode_part(token.substr(0, first), parts.header) &&
         decode_part(token.substr(first + 1, second - first - 1), parts.payload) &&
         decode_part(token.substr(second + 1), parts.signature);
}

}  // namespace hermod
