#include "redis_transport/tls_context.h"

#include <gmock/gmock.h>

#include "support/recording_log.h"
#include "support/tls_authority.h"

namespace hermod {
namespace {

using test::TlsAuthority;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Each error names the setting and the file.
TEST(TlsContextTest, FilesThatCannotBeUsedAreRefused) {
  TlsAuthority authority;
  test::RecordingLog log;
  const auto client = authority.issue("client");
  const auto other = authority.issue("other");
  const auto refusal = [&](TlsOptions options) {
    const auto made = TlsContext::create(std::move(options), log);
    return made.ok() ? std::string() : made.error().message;
  };
  EXPECT_EQ(refusal({.ca_file = authority.ca_file()}), "");
  EXPECT_THAT(refusal({.ca_file = "/nonexistent"}),
              HasSubstr("REDIS_TLS_CA_FILE names the file /nonexistent, which"));
  EXPECT_THAT(refusal({.ca_file = client.key_file}), HasSubstr("contains no CA certificate"));
  EXPECT_THAT(refusal({.cert_file = client.key_file, .key_file = client.key_file}),
              HasSubstr("REDIS_TLS_CERT_FILE names the file " + client.key_file +
                        ", which contains no usable certificate"));
  EXPECT_THAT(refusal({.cert_file = client.certificate_file, .key_file = other.key_file}),
              HasSubstr("does not contain the key of the certificate in REDIS_TLS_CERT_FILE"));
  EXPECT_THAT(refusal({.cert_file = client.certificate_file, .key_file = client.certificate_file}),
              AllOf(HasSubstr("REDIS_TLS_KEY_FILE"), HasSubstr("contains no private key")));
  EXPECT_THAT(refusal({.cert_file = "/", .key_file = client.key_file}),
              HasSubstr("REDIS_TLS_CERT_FILE names the file /, which"));
}

}  // namespace
}  // namespace hermod
