#include "auth/algorithm.h"

#include <array>

namespace hermod {
namespace {

constexpr std::array<Algorithm, 9> kAlgorithms{{
    {"HS256", KeyFamily::kSecret, "SHA256", 32, "", ""},
    {"HS384", KeyFamily::kSecret, "SHA384", 48, "", ""},
    {"HS512", KeyFamily::kSecret, "SHA512", 64, "", ""},
    {"RS256", KeyFamily::kRsa, "SHA256", 32, "", ""},
    {"RS384", KeyFamily::kRsa, "SHA384", 48, "", ""},
    {"RS512", KeyFamily::kRsa, "SHA512", 64, "", ""},
    {"ES256", KeyFamily::kCurve, "SHA256", 32, "P-256", "prime256v1", 32},
    {"ES384", KeyFamily::kCurve, "SHA384", 48, "P-384", "secp384r1", 48},
    {"ES512", KeyFamily::kCurve, "SHA512", 64, "P-521", "secp521r1", 66},
}};

}  // namespace

const Algorithm* find_algorithm(std::string_view name) {
  for (const Algorithm& algorithm : kAlgorithms) {
    if (algorithm.name == name) return &algorithm;
  }
  return nullptr;
}

}  // namespace hermod
