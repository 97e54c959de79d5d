#pragma once
// Fixture of the token tests: a fixed time, claims that are valid at that time, and a verifier for
// a signer's key.

#include <gtest/gtest.h>

#include <string>

#include "auth/jwt_verifier.h"
#include "support/jwt_signer.h"
#include "support/recording_log.h"
#include "support/scratch_dir.h"

namespace hermod::test {

class AuthTest : public ::testing::Test {
 protected:
  static constexpr int64_t kNowMs = 1'700'000'000'000;
  static constexpr const char* kSecret =
      "a secret of more than sixty-four bytes, which suits HS512 as well";
  static constexpr const char* kClaims =
      R"({"sub":"t-1","aud":"huleedu-platform","iss":"huleedu-identity-service","exp":1700000060})";

  static JwtVerifierOptions options(std::string_view algorithm) {
    JwtVerifierOptions made;
    made.keys.algorithm = algorithm;
    made.claims = {"huleedu-platform", "huleedu-identity-service", 0};
    return made;
  }

  // Options with which the tokens of `signer` are valid.
  JwtVerifierOptions options_for(const JwtSigner& signer) {
    JwtVerifierOptions made = options(signer.algorithm());
    if (signer.algorithm().starts_with("HS")) {
      made.keys.secret = kSecret;
    } else {
      made.keys.public_key_file = dir_.write(signer.algorithm() + ".pem", signer.public_pem());
    }
    return made;
  }

  std::unique_ptr<JwtVerifier> make(JwtVerifierOptions from) {
    auto made = JwtVerifier::create(std::move(from), log_);
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
    return made.ok() ? made.take() : nullptr;
  }

  std::string refusal(JwtVerifierOptions from) {
    const auto made = JwtVerifier::create(std::move(from), log_);
    return made.ok() ? "" : made.error().message;
  }

  // Returns "ok", or the label of the denial.
  static std::string_view validate(JwtVerifier& verifier, std::string_view token,
                                   int64_t now_ms = kNowMs) {
    const Verdict verdict = verifier.verify(token, now_ms);
    const Denied* denied = std::get_if<Denied>(&verdict);
    return denied == nullptr ? "ok" : label(*denied);
  }

  RecordingLog log_;
  ScratchDir dir_;
};

}  // namespace hermod::test
