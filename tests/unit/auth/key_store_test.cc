#include "auth/key_store.h"

#include "unit/auth/auth_fixture.h"

namespace hermod {
namespace {

using test::JwtSigner;

class KeyStoreTest : public test::AuthTest {
 protected:
  JwtVerifierOptions with_set(std::string_view algorithm, const std::string& keys) {
    JwtVerifierOptions made = options(algorithm);
    made.keys.jwks_file = dir_.write("jwks.json", R"({"keys":[)" + keys + "]}");
    return made;
  }

  std::string refused_set(std::string_view algorithm, const std::string& text) {
    JwtVerifierOptions made = options(algorithm);
    made.keys.jwks_file = dir_.write("jwks.json", text);
    return refusal(std::move(made));
  }

  std::string refused_pem(std::string_view algorithm, const std::string& pem) {
    JwtVerifierOptions made = options(algorithm);
    made.keys.public_key_file = dir_.write("key.pem", pem);
    return refusal(std::move(made));
  }

  static std::string header(std::string_view algorithm, std::string_view kid) {
    return R"({"alg":")" + std::string(algorithm) + R"(","kid":")" + std::string(kid) + R"("})";
  }
};

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_F(KeyStoreTest, ChoosesByKid) {
  const JwtSigner first = JwtSigner::rsa("RS256");
  const JwtSigner second = JwtSigner::rsa("RS256");
  const auto verifier = make(with_set("RS256", first.jwk("one") + ',' + second.jwk("two")));
  EXPECT_EQ(validate(*verifier, first.sign(header("RS256", "one"), kClaims)), "ok");
  EXPECT_EQ(validate(*verifier, second.sign(header("RS256", "two"), kClaims)), "ok");
  EXPECT_EQ(validate(*verifier, first.sign(header("RS256", "two"), kClaims)), "signature");
  EXPECT_EQ(validate(*verifier, first.sign(header("RS256", "three"), kClaims)), "key");
  EXPECT_EQ(validate(*verifier, first.sign(header("RS256", ""), kClaims)), "key");
  EXPECT_EQ(validate(*verifier, first.sign(kClaims)), "key");
}

TEST_F(KeyStoreTest, TakesTheOnlyKeyWhereATokenHasNoKid) {
  for (const JwtSigner& signer :
       {JwtSigner::hmac("HS256", kSecret), JwtSigner::rsa("RS256"),
        JwtSigner::curve("ES256", "P-256"), JwtSigner::curve("ES384", "P-384"),
        JwtSigner::curve("ES512", "P-521")}) {
    const auto verifier = make(with_set(signer.algorithm(), signer.jwk("one")));
    EXPECT_EQ(validate(*verifier, signer.sign(kClaims)), "ok") << signer.algorithm();
    EXPECT_EQ(validate(*verifier, signer.sign(header(signer.algorithm(), "one"), kClaims)), "ok");
    EXPECT_EQ(validate(*verifier, signer.sign(header(signer.algorithm(), "two"), kClaims)), "key");
  }
}

TEST_F(KeyStoreTest, PassesOverKeysOfASetThatAreMeantForSomethingElse) {
  const JwtSigner signer = JwtSigner::rsa("RS256");
  const auto marked = [&signer](const char* marks) {
    std::string jwk = signer.jwk("other");
    return jwk.insert(1, marks);
  };
  const std::string others = JwtSigner::curve("ES256", "P-256").jwk("ec") + ',' +
                             JwtSigner::hmac("HS256", kSecret).jwk("oct") + R"(,{"kty":"OKP"},7,)" +
                             marked(R"("use":"enc",)") + ',' + marked(R"("alg":"RS512",)") + ',' +
                             marked(R"("key_ops":["sign"],)");
  const auto verifier = make(with_set("RS256", others + ',' + signer.jwk("mine")));
  EXPECT_EQ(validate(*verifier, signer.sign(kClaims)), "ok");
  EXPECT_EQ(validate(*verifier, signer.sign(header("RS256", "other"), kClaims)), "key");
  EXPECT_TRUE(says(refused_set("RS256", R"({"keys":[)" + others + "]}"),
                   "no usable key for signatures of RS256: key \"ec\" has the kty"));
  EXPECT_TRUE(says(refused_set("ES384", R"({"keys":[)" + others + "]}"),
                   "no usable key for signatures of ES384: key \"ec\" has the crv"));
}

// Each unusable key is skipped next to a valid one, with a warning that names it. A set with only
// that key is refused.
TEST_F(KeyStoreTest, AKeyThatCannotBeUsedSpoilsNoOther) {
  const JwtSigner signer = JwtSigner::rsa("RS256");
  const std::string good = signer.jwk("good");
  const auto with = [&signer](std::string_view members) {
    std::string jwk = signer.jwk("bad");
    return jwk.insert(1, members);
  };
  struct Case {
    std::string key, why;
  };
  const Case cases[] = {
      {JwtSigner::rsa("RS256", 1024).jwk("bad"), "1024 bits"},
      {R"({"kid":"bad","kty":"RSA","e":"AQAB"})", "has no n"},
      {R"({"kid":"bad","kty":"RSA","n":"AQ"})", "has no e"},
      {R"({"kid":"bad","kty":"RSA","n":"AQ==","e":"AQAB"})", "n that is not base64url"},
      {R"({"kid":"bad","kty":"RSA","n":"A!","e":"AQAB"})", "n that is not base64url"},
      {R"({"kid":"bad","kty":"RSA","n":7,"e":"AQAB"})", "has no n"},
      {R"({"kid":"bad"})", "has no kty"},
      {R"({"kid":"bad","kty":"OKP","crv":"Ed25519","x":"AQ"})", "has the kty \"OKP\", not RSA"},
      {with(R"("use":"enc",)"), "has the use \"enc\", not sig"},
      {with(R"("use":7,)"), "has the use \"\", not sig"},
      {with(R"("alg":"PS256",)"), "has the alg \"PS256\", not RS256"},
      {with(R"("key_ops":["sign"],)"), "key_ops without verify"},
      {with(R"("key_ops":7,)"), "key_ops without verify"},
      {with(R"("d":"AQ",)"), "private member d"},
      {with(R"("oth":[],)"), "private member oth"},
      {with(R"("qi":null,)"), "private member qi"}};
  for (const auto& [key, why] : cases) {
    for (const std::string& keys : {key + ',' + good, good + ',' + key}) {
      test::RecordingLog log;
      const auto made = JwtVerifier::create(with_set("RS256", keys), log);
      ASSERT_TRUE(made.ok()) << key << made.error().message;
      EXPECT_EQ(validate(*made.value(), signer.sign(header("RS256", "good"), kClaims)), "ok")
          << key;
      EXPECT_EQ(validate(*made.value(), signer.sign(header("RS256", "bad"), kClaims)), "key")
          << key;
      EXPECT_TRUE(log.has("cannot be used and is skipped"));
      EXPECT_TRUE(log.has("bad")) << key;
      EXPECT_TRUE(log.has(why)) << key;
    }
    const std::string refused = refused_set("RS256", R"({"keys":[)" + key + "]}");
    EXPECT_TRUE(says(refused, "no usable key for signatures of RS256: key \"bad\" ")) << refused;
    EXPECT_TRUE(says(refused, why)) << refused;
  }
}

TEST_F(KeyStoreTest, OfTwoKeysWithOneKidTheFirstUsableIsKept) {
  const JwtSigner first = JwtSigner::rsa("RS256");
  const JwtSigner second = JwtSigner::rsa("RS256");
  auto verifier = make(with_set("RS256", first.jwk("one") + ',' + second.jwk("one")));
  EXPECT_EQ(validate(*verifier, first.sign(header("RS256", "one"), kClaims)), "ok");
  EXPECT_EQ(validate(*verifier, second.sign(header("RS256", "one"), kClaims)), "signature");
  EXPECT_TRUE(log_.has("has the kid of an earlier key"));
  verifier =
      make(with_set("RS256", JwtSigner::rsa("RS256", 1024).jwk("one") + ',' + second.jwk("one")));
  EXPECT_EQ(validate(*verifier, second.sign(header("RS256", "one"), kClaims)), "ok");
}

TEST_F(KeyStoreTest, OfTwoEqualKeysTheOneWithoutAKidIsSkipped) {
  const JwtSigner signer = JwtSigner::rsa("RS256");
  const std::string with_kid = signer.jwk("one");
  const std::string without_kid = signer.jwk("");
  for (const std::string& keys : {without_kid + ',' + without_kid, with_kid + ',' + without_kid,
                                  without_kid + ',' + with_kid}) {
    test::RecordingLog log;
    const auto made = JwtVerifier::create(with_set("RS256", keys), log);
    ASSERT_TRUE(made.ok()) << keys;
    EXPECT_EQ(validate(*made.value(), signer.sign(kClaims)), "ok") << keys;
    EXPECT_TRUE(log.has("is the same as another key of the set")) << keys;
    const bool named = keys.find("one") != std::string::npos;
    EXPECT_EQ(validate(*made.value(), signer.sign(header("RS256", "one"), kClaims)),
              named ? "ok" : "key")
        << keys;
  }
  const auto verifier = make(with_set("RS256", with_kid + ',' + signer.jwk("two")));
  EXPECT_EQ(validate(*verifier, signer.sign(header("RS256", "one"), kClaims)), "ok");
  EXPECT_EQ(validate(*verifier, signer.sign(header("RS256", "two"), kClaims)), "ok");
}

TEST_F(KeyStoreTest, AReloadSkipsTheSameKeysAndKeepsTheOldSetWhereNoneIsLeft) {
  const JwtSigner old = JwtSigner::rsa("RS256");
  const JwtSigner fresh = JwtSigner::rsa("RS256");
  const std::string weak = JwtSigner::rsa("RS256", 1024).jwk("weak");
  const auto verifier = make(with_set("RS256", old.jwk("old")));
  with_set("RS256", weak);
  const Result<void> refused = verifier->reload();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(says(refused.error().message, "no usable key")) << refused.error().message;
  EXPECT_EQ(validate(*verifier, old.sign(header("RS256", "old"), kClaims)), "ok");
  with_set("RS256", weak + ',' + fresh.jwk("fresh"));
  EXPECT_TRUE(verifier->reload().ok());
  EXPECT_TRUE(log_.has("cannot be used and is skipped"));
  EXPECT_EQ(validate(*verifier, fresh.sign(header("RS256", "fresh"), kClaims)), "ok");
  EXPECT_EQ(validate(*verifier, old.sign(header("RS256", "old"), kClaims)), "key");
}

TEST_F(KeyStoreTest, ShortSecretsOfASetAreSkippedWhereTheyAreRefused) {
  const JwtSigner good = JwtSigner::hmac("HS256", kSecret);
  const JwtSigner weak = JwtSigner::hmac("HS256", "short");
  JwtVerifierOptions from = with_set("HS256", weak.jwk("weak") + ',' + good.jwk("good"));
  from.keys.short_keys = KeyOptions::ShortKeys::kRefused;
  const auto verifier = make(from);
  EXPECT_EQ(validate(*verifier, good.sign(header("HS256", "good"), kClaims)), "ok");
  EXPECT_EQ(validate(*verifier, weak.sign(header("HS256", "weak"), kClaims)), "key");
  EXPECT_TRUE(log_.has("JWT_ALLOW_SHORT_KEY"));
}

TEST_F(KeyStoreTest, NamesTheBrokenKeyOfASet) {
  for (const char* text : {"", "{}", "[]", R"({"keys":{}})", R"({"keys":[)"}) {
    EXPECT_TRUE(says(refused_set("RS256", text), "JWT_JWKS_FILE is not a JSON object")) << text;
  }
  EXPECT_TRUE(says(refused_set("RS256", R"({"keys":[]})"), "holds no usable key"));
  EXPECT_TRUE(
      says(refused_set("RS256", R"({"keys":[{"kty":"RSA","n":"A!","e":"AQAB"}]})"), "number 1"));
  EXPECT_TRUE(
      says(refused_set("RS256", R"({"keys":[{"kty":"RSA","n":"AQ","e":"AQAB"}]})"), "number 1"));
  const std::string odd = refused_set(
      "RS256", R"({"keys":[{"kid":"\u001b[31m\u202e)" + std::string(200, 'x') + R"("}]})");
  EXPECT_TRUE(says(odd, "\"?[31m???xxx")) << odd;
  EXPECT_LT(odd.size(), 250U);
  EXPECT_TRUE(
      says(refused_set("ES256", R"({"keys":[{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}]})"),
           "length does not fit"));
  const std::string off = test::to_base64url(std::string(32, '\x01'));
  EXPECT_TRUE(says(refused_set("ES256", R"({"keys":[{"kty":"EC","crv":"P-256","x":")" + off +
                                            R"(","y":")" + off + R"("}]})"),
                   "not on P-256"));
}

TEST_F(KeyStoreTest, JudgesAPemAgainstTheAlgorithm) {
  const JwtSigner rsa = JwtSigner::rsa("RS256");
  const JwtSigner curve = JwtSigner::curve("ES256", "P-256");
  EXPECT_EQ(refused_pem("RS256", rsa.public_pem()), "");
  EXPECT_EQ(refused_pem("ES256", "words before\n" + curve.public_pem() + "and behind\n"), "");
  EXPECT_TRUE(says(refused_pem("RS256", curve.public_pem()),
                   "JWT_PUBLIC_KEY_FILE does not hold an RSA key"));
  EXPECT_TRUE(says(refused_pem("ES256", rsa.public_pem()), "a key on the curve P-256"));
  EXPECT_TRUE(says(refused_pem("ES384", curve.public_pem()), "a key on the curve P-384"));
  EXPECT_TRUE(says(refused_pem("RS256", JwtSigner::rsa("RS256", 1024).public_pem()), "1024 bits"));
  EXPECT_TRUE(says(refused_pem("RS256", rsa.private_pem()), "private key"));
  EXPECT_FALSE(says(refused_pem("RS256", rsa.private_pem()), "BEGIN"));
  EXPECT_TRUE(says(refused_pem("RS256", "nothing"), "a public key in PEM form"));
  EXPECT_TRUE(says(refused_pem("RS256", ""), "a public key in PEM form"));
}

TEST_F(KeyStoreTest, JudgesASecret) {
  JwtVerifierOptions from = options("HS256");
  EXPECT_TRUE(says(refusal(from), "JWT_SECRET_KEY"));
  from.keys.secret = JwtSigner::rsa("RS256").public_pem();
  EXPECT_TRUE(says(refusal(from), "JWT_SECRET_KEY holds a PEM key, but HS256 needs a secret"));
  from = options("HS256");
  from.keys.secret_file = dir_.write("key", "\n");
  EXPECT_TRUE(says(refusal(from), "JWT_SECRET_KEY_FILE holds an empty secret"));
  EXPECT_FALSE(log_.has("shorter"));  // one message is enough
  from.keys.secret_file = (dir_.path() / "absent").string();
  EXPECT_TRUE(says(refusal(from), "absent, which cannot be read: No such file"));
  EXPECT_FALSE(says(refusal(from), "systemd"));
  from.keys.secret_file = "/run/credentials/absent.service/key";
  EXPECT_TRUE(says(refusal(from), "No such file or directory; systemd provides it"));
  from.keys.secret_file = dir_.path().string();
  EXPECT_TRUE(says(refusal(from), "cannot be read: it is a directory and not a regular file"));
  from.keys.secret_file = dir_.write("large", std::string(1024 * 1024 + 1, 'x'));
  EXPECT_TRUE(says(refusal(from), "cannot be read: it is larger than 1048576 bytes"));
}

TEST_F(KeyStoreTest, WarnsOfWhatIsAroundASecretOrRefusesIt) {
  const std::string hidden = "hidden-hidden-hidden-hidden-hidden";
  JwtVerifierOptions from = options("HS256");
  from.keys.secret_file = dir_.write("good", hidden + "\r\n");
  EXPECT_EQ(refusal(from), "");
  EXPECT_FALSE(log_.has("characters that were not intended"));
  // A binary secret is not a text that could have been copied with extra characters.
  from.keys.flaws = KeyOptions::Flaws::kRefused;
  from.keys.secret_file = dir_.write("binary", std::string(31, '\xfe') + ' ');
  EXPECT_EQ(refusal(from), "");
  for (const std::string& text : {'"' + hidden + "\"\n", hidden + "\n\n", ' ' + hidden,
                                  hidden + "\r\r\n", "\xef\xbb\xbf" + hidden + '\n'}) {
    from.keys.secret_file = dir_.write("bad", text);
    from.keys.flaws = KeyOptions::Flaws::kAllowed;
    EXPECT_EQ(refusal(from), "");
    EXPECT_TRUE(log_.has("characters that were not intended"));
    from.keys.flaws = KeyOptions::Flaws::kRefused;
    EXPECT_TRUE(says(refusal(from), "JWT_SECRET_KEY_FILE names a file whose secret ")) << text;
    EXPECT_FALSE(says(refusal(from), "hidden"));
  }
}

TEST_F(KeyStoreTest, WarnsOfAShortSecretOrRefusesIt) {
  JwtVerifierOptions from = options("HS512");
  from.keys.secret = "a short secret";
  const auto verifier = make(from);
  EXPECT_EQ(validate(*verifier, JwtSigner::hmac("HS512", "a short secret").sign(kClaims)), "ok");
  EXPECT_TRUE(log_.has("shorter"));
  EXPECT_FALSE(log_.has("a short secret"));
  from.keys.short_keys = KeyOptions::ShortKeys::kRefused;
  const std::string why = refusal(from);
  EXPECT_TRUE(says(why, "JWT_SECRET_KEY is shorter than the 64 bytes"));
  EXPECT_TRUE(says(why, "JWT_ALLOW_SHORT_KEY"));
  from.keys.secret = std::string(64, 'x');
  EXPECT_EQ(refusal(from), "");
}

TEST_F(KeyStoreTest, NeedsAKnownAlgorithmAndItsKindOfKey) {
  JwtVerifierOptions from = options("none");
  from.keys.secret = kSecret;
  EXPECT_TRUE(says(refusal(from), "JWT_ALGORITHM must be HS256"));
  from.keys.algorithm = "RS256";
  EXPECT_TRUE(says(refusal(from), "JWT_PUBLIC_KEY_FILE or JWT_JWKS_FILE is needed"));
  from.keys.algorithm = "HS256";
  from.claims.audience.clear();
  EXPECT_TRUE(says(refusal(from), "JWT_AUDIENCE"));
  from.claims = {"a", "", 0};
  EXPECT_TRUE(says(refusal(from), "JWT_ISSUER"));
}

}  // namespace
}  // namespace hermod
