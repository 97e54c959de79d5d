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
      return "missing token";
    case Denied::kMalformed:
      return "malformed token";
    case Denied::kAlgorithm:
      return "wrong algorithm";
    case Denied::kKey:
      return "unknown key";
    case Denied::kSignature:
      return "invalid signature";
    case Denied::kExpired:
      return "token expired";
    case Denied::kNotYetValid:
      return "not yet valid";
    case Denied::kAudience:
      return "wrong audience";
    case Denied::kIssuer:
      return "wrong issuer";
    case Denied::kClaims:
      return "invalid claims";
  }
  return "malformed token";
}

}  // namespace hermod
