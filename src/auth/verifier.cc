#include "auth/verifier.h"

namespace hermod {
namespace {

constexpr std::string_view kReasonPrefix = "token_";
constexpr auto kFirstReason = static_cast<int>(RefusalReason::kTokenMissing);

static_assert(static_cast<int>(RefusalReason::kTokenRevoked) - kFirstReason ==
              static_cast<int>(kDeniedLast));

}  // namespace

RefusalReason refusal_of(Denied why) {
  return static_cast<RefusalReason>(kFirstReason + static_cast<int>(why));
}

std::string_view label(Denied why) {
  return refusal_row(refusal_of(why)).reason.substr(kReasonPrefix.size());
}

std::string_view message(Denied why) {
  return refusal_row(refusal_of(why)).message;
}

}  // namespace hermod
