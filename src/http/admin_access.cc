#include "http/admin_access.h"

#include <cassert>
#include <utility>

#include "http/header_text.h"

namespace hermod {
namespace {

constexpr std::string_view kAdminScheme = "Bearer ";

// The duration does not depend on the position of the first wrong byte.
bool same_in_constant_time(std::string_view given, std::string_view wanted) {
  if (wanted.empty()) return false;
  volatile unsigned char difference = given.size() == wanted.size() ? 0 : 1;
  for (size_t i = 0; i < given.size(); ++i) {
    const auto own = static_cast<unsigned char>(wanted[i % wanted.size()]);
    difference = difference | (static_cast<unsigned char>(given[i]) ^ own);
  }
  return difference == 0;
}

}  // namespace

AdminAccess::Decision AdminAccess::validate(const RequestHead& head, const IpAddress& peer) {
  const std::string_view given = head.authorization.value;
  if (!same_ignoring_case(given.substr(0, kAdminScheme.size()), kAdminScheme)) return {};
  const std::string_view text = given.substr(kAdminScheme.size());
  const bool is_token = same_in_constant_time(text, secrets_.token);
  const bool is_secret = same_in_constant_time(text, secrets_.secret);
  if (is_token || is_secret) {
    if (is_on(dependencies_.audit)) note_sign_in(head, peer);
    return {.granted = true, .fault = {}};
  }
  return {.granted = false, .fault = count_guess(peer)};
}

void AdminAccess::note_sign_in(const RequestHead& head, const IpAddress& peer) {
  constexpr size_t kAddressesMax = 256;
  const int64_t now_ms = dependencies_.clock.steady_ms();
  const auto [known, added] = signed_in_ms_.try_emplace(peer, now_ms);
  const int64_t before_ms = std::exchange(known->second, now_ms);
  if (!added && now_ms - before_ms < kSignInMs) return;
  std::erase_if(signed_in_ms_, [&](const auto& one) { return now_ms - one.second >= kSignInMs; });
  if (signed_in_ms_.size() > kAddressesMax) signed_in_ms_ = {{peer, now_ms}};
  const std::string address = to_string(peer);
  record_admin_action(dependencies_.audit, {.action = "sign_in",
                                            .address = address,
                                            .origin = head.origin.value,
                                            .correlation_id = head.correlation_id.value,
                                            .code = 200});
}

Fault AdminAccess::count_guess(const IpAddress& peer) {
  const int64_t now_ms = dependencies_.clock.steady_ms();
  if (guesses_ == 0 || now_ms - window_start_ms_ >= kWindowMs) {
    guesses_ = 0;
    window_start_ms_ = now_ms;
  }
  ++guesses_;
  assert(now_ms >= window_start_ms_);
  const RefusalRow& row = refusal_row(guesses_ <= kGuessesMax ? RefusalReason::kAdminToken
                                                              : RefusalReason::kAdminTokenGuesses);
  ++dependencies_.stats.refusals[row.metric];
  dependencies_.log.write_limited(
      "http.admin_token", LogLevel::kWarning, "a wrong ADMIN_TOKEN or console secret was refused",
      {{"client", to_string(peer)},
       {"guesses_in_the_last_minute", guesses_},
       {"reason", row.reason},
       {"setting", row.setting},
       {"code", row.code},
       {"error_detail.error_code", to_string(ErrorCode::kAuthentication)},
       {"error_detail.operation", "admin.authenticate"}});
  if (guesses_ <= kGuessesMax) return make_fault(RefusalReason::kAdminToken);
  ++dependencies_.stats.limits_struck["admin_token_guesses"];
  return make_fault(RefusalReason::kAdminTokenGuesses, {},
                    (window_start_ms_ + kWindowMs - now_ms + 999) / 1000);
}

}  // namespace hermod
