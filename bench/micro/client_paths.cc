// Paths per client: verifying its token, moving its deadlines.

#include <cstdlib>
#include <string>
#include <vector>

#include "auth/jwt_verifier.h"
#include "base/timer_wheel.h"
#include "kit/token.h"
#include "micro/path.h"
#include "parts/driver_bus.h"

namespace hermod::bench {
namespace {

constexpr int64_t kNowS = 1'750'000'000;

class Verify final : public Operation {
 public:
  Verify() {
    const std::string key(48, 'k');
    const TokenClaims claims;
    token_ = TokenMint(key, claims).mint("teacher-1234", kNowS);
    JwtVerifierOptions options;
    options.keys.secret = key;
    options.claims.audience = claims.audience;
    options.claims.issuer = claims.issuer;
    auto made = JwtVerifier::create(options, log_);
    if (!made) std::abort();
    verifier_ = std::move(made.value());
  }

  void run() override {
    const Verdict verdict = verifier_->verify(token_, (kNowS + 1) * 1000);
    if (!std::holds_alternative<Identity>(verdict)) std::abort();
  }

 private:
  NoLog log_;
  std::string token_;
  std::unique_ptr<JwtVerifier> verifier_;
};

class MoveDeadline final : public Operation {
 public:
  MoveDeadline() : wheel_(0), entries_(10'000) {
    for (size_t i = 0; i < entries_.size(); ++i) wheel_.set(entries_[i], due(i));
  }

  void run() override {
    ++next_;
    wheel_.set(entries_[next_ * 7919 % entries_.size()], due(next_));
  }

 private:
  static int64_t due(size_t number) { return 1000 + static_cast<int64_t>(number * 37 % 40'000); }

  TimerWheel wheel_;
  std::vector<TimerWheel::Entry> entries_;
  size_t next_ = 0;
};

}  // namespace

std::unique_ptr<Operation> make_verify() {
  return std::make_unique<Verify>();
}
std::unique_ptr<Operation> make_wheel() {
  return std::make_unique<MoveDeadline>();
}

}  // namespace hermod::bench
