// The certificates of the tests, checked with OpenSSL's own program.

#include "support/tls_authority.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/redis_server.h"

namespace hermod::test {
namespace {

std::string output_of(const std::string& command) {
  FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  std::string text;
  std::array<char, 4096> piece{};
  while (const size_t size = fread(piece.data(), 1, piece.size(), pipe))
    text.append(piece.data(), size);
  pclose(pipe);
  return text;
}

std::string verified(const TlsAuthority& authority, const TlsCertificate& certificate,
                     const std::string& more = "") {
  return output_of("openssl verify " + more + " -CAfile " + authority.ca_file() + " " +
                   certificate.certificate_file);
}

// What a client that trusts `authority` says about the certificate of the server.
std::string dialled(const RedisServer& server, const TlsAuthority& authority) {
  return output_of("openssl s_client -brief -verify_return_error -CAfile " + authority.ca_file() +
                   " -connect 127.0.0.1:" + std::to_string(server.port()) + " </dev/null");
}

TEST(TlsAuthorityTest, IssuesForNamesAndAddresses) {
  TlsAuthority authority;
  const TlsCertificate redis = authority.issue("redis", {"DNS:redis.example", "IP:127.0.0.1"});
  EXPECT_NE(verified(authority, redis, "-verify_hostname redis.example").find(": OK"),
            std::string::npos);
  EXPECT_NE(verified(authority, redis, "-verify_ip 127.0.0.1").find(": OK"), std::string::npos);
  EXPECT_NE(verified(authority, redis, "-verify_hostname other.example").find("ostname mismatch"),
            std::string::npos);
}

TEST(TlsAuthorityTest, IssuesExpiredAndFutureCertificates) {
  TlsAuthority authority;
  const auto issue = [&](TlsAuthority::Validity validity) {
    return verified(authority, authority.issue("redis", {"IP:127.0.0.1"}, validity));
  };
  EXPECT_NE(issue(TlsAuthority::Validity::kNow).find(": OK"), std::string::npos);
  EXPECT_NE(issue(TlsAuthority::Validity::kExpired).find("expired"), std::string::npos);
  EXPECT_NE(issue(TlsAuthority::Validity::kNotYet).find("not yet valid"), std::string::npos);
}

TEST(TlsAuthorityTest, AServerChangesItsCertificate) {
  TlsAuthority authority;
  TlsAuthority other("other authority");
  RedisServer server({.tls = RedisTls{authority.ca_file(), authority.issue("first")}});
  EXPECT_NE(dialled(server, authority).find("CN = first"), std::string::npos);
  EXPECT_EQ(dialled(server, other).find("CN = first"), std::string::npos);

  const TlsCertificate next = authority.issue("next");
  std::filesystem::rename(next.key_file, authority.issue("first").key_file);
  std::filesystem::rename(next.certificate_file,
                          std::filesystem::path(next.certificate_file).parent_path() / "first.pem");
  server.reload_certificate();
  EXPECT_NE(dialled(server, authority).find("CN = next"), std::string::npos);
}

}  // namespace
}  // namespace hermod::test
