#include "auth/verifier.h"

namespace hermod {

std::string_view label(Denied why) {
  switch (why) {
    case Denied::kMissing:
      return "missing";
    case Denied::kMalformed:
      return "malformed";
    case Denied::kAlgorithm:
      return "algorithm";
    case Denied::kKey:
      return "key";
    case Denied::kSignature:
      return "signature";
    case Denied::kExpired:
      return "expired";
    case Denied::kNotYetValid:
      return "not_yet_valid";
    case Denied::kAudience:
      return "audience";
    case Denied::kIssuer:
      return "issuer";
    case Denied::kClaims:
      return "claims";
  }
  return "malformed";
}

std::string_view message(Denied why) {
  switch (why) {
    case Denied::kMissing:
      return "a token is required";
    case Denied::kMalformed:
      return "the token is not a well-formed JWT";
    case Denied::kAlgorithm:
      return "the token's algorithm is not accepted";
    case Denied::kKey:
      return "the token's key is not known";
    case Denied::kSignature:
      return "the token's signature does not match";
    case Denied::kExpired:
      return "the token has expired";
    case Denied::kNotYetValid:
      return "the token is not valid yet";
    case Denied::kAudience:
      return "the token is for another audience";
    case Denied::kIssuer:
      return "the token is from another issuer";
    case Denied::kClaims:
      return "the token's claims are missing or wrong";
  }
  return "the token is not a well-formed JWT";
}

}  // namespace hermod
