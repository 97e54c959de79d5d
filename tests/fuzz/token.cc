// Fuzzes tokens. The first byte selects one of two modes:
// - the input is a token: only tokens that were minted at the start are accepted, byte for byte;
// - the input is a header and claims, one per line, which are signed with the service's key: an
//   accepted token has valid claims, as another JSON library reads them.
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "auth/jwt_verifier.h"
#include "fuzz/fuzz.h"
#include "support/jwt_signer.h"

namespace hermod::fuzz {
namespace {

using nlohmann::json;

constexpr int64_t kNowMs = 1'700'000'000'000;
constexpr const char* kSecret = "a secret of more than sixty-four bytes, which suits HS512 as well";
constexpr const char* kHeader = R"({"alg":"HS256","typ":"JWT"})";
constexpr const char* kClaims =
    R"({"sub":"t-1","aud":"huleedu-platform","iss":"huleedu-identity-service","exp":1700000060})";

struct Judge {
  Judge() : signer(test::JwtSigner::hmac("HS256", kSecret)) {
    JwtVerifierOptions options;
    options.keys.algorithm = "HS256";
    options.keys.secret = kSecret;
    options.claims = {"huleedu-platform", "huleedu-identity-service", 0};
    verifier = JwtVerifier::create(std::move(options), log).take();
    minted = {signer.sign(kHeader, kClaims), signer.sign(R"({"alg":"HS256"})", kClaims)};
    for (const std::string& token : minted) check(admits(token), "a valid token is accepted");
  }

  bool admits(std::string_view token) {
    const Verdict verdict = verifier->verify(token, kNowMs);
    const auto* identity = std::get_if<Identity>(&verdict);
    if (identity == nullptr) return false;
    check(!identity->user.empty() && identity->expires_at_ms > kNowMs,
          "an identity has not expired");
    user = identity->user;
    return true;
  }

  NoLog log;
  test::JwtSigner signer;
  std::unique_ptr<JwtVerifier> verifier;
  std::set<std::string, std::less<>> minted;
  std::string user;
};

bool is_audience(const json& claims) {
  const json& audience = claims.at("aud");
  if (audience.is_string()) return audience == "huleedu-platform";
  for (const json& one : audience) {
    if (one == "huleedu-platform") return true;
  }
  return false;
}

void check_claims(const Judge& judge, std::string_view header, std::string_view claims) {
  const json head = json::parse(header);
  check(head.at("alg") == "HS256", "the algorithm is the configured one");
  json body;
  try {
    body = json::parse(claims);
  } catch (const json::out_of_range&) {
    return;  // a number out of this library's range
  }
  check(body.at("sub") == judge.user, "the user is the token's sub");
  check(is_audience(body), "the audience is correct");
  check(body.at("iss") == "huleedu-identity-service", "the issuer is correct");
  check(body.at("exp").get<double>() > 1'700'000'000, "the token has not expired");
  if (body.contains("nbf")) check(body["nbf"].get<double>() <= 1'700'000'000.001, "nbf has passed");
}

void run(Input input) {
  static Judge judge;
  if (input.byte() % 2 == 0) {
    if (judge.admits(input.rest()))
      check(judge.minted.count(input.rest()) != 0, "a forged token is refused");
    return;
  }
  const std::string header(input.until('\n'));
  const std::string claims(input.rest());
  if (judge.admits(judge.signer.sign(header, claims))) check_claims(judge, header, claims);
}

}  // namespace
}  // namespace hermod::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hermod::fuzz::run({data, size});
  return 0;
}
