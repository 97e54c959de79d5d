#include "redis_transport/tls_context.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include <cassert>

#include "redis_transport/tls_bio.h"
#include "redis_transport/tls_error.h"
#include "redis_transport/tls_files.h"
#include "redis_transport/tls_transport.h"

namespace hermod {
namespace {

bool is_address(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// The name that the certificate must contain, and that the server learns (SNI). An address is never
// sent as SNI (RFC 6066 section 3).
bool expect_name(SSL* ssl, const std::string& name, bool verified) {
  const bool address = is_address(name);
  if (!address && SSL_set_tlsext_host_name(ssl, name.c_str()) != 1) return false;
  if (!verified) return true;
  if (address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl, name.c_str()) == 1;
}

}  // namespace

struct TlsContext::Parts {
  explicit Parts(const TlsOptions& options) : stamps(options) {}

  std::shared_ptr<const BIO_METHOD> bio_method;  // shared with the transports
  X509StoreHandle system;  // null: REDIS_TLS_CA_FILE is set, or nothing is verified
  SslContextHandle context;
  TlsFileStamps stamps;  // of the files that were read last, successfully or not
};

TlsContext::TlsContext(TlsOptions options, Log& log)
    : options_(std::move(options)), log_(log), parts_(std::make_unique<Parts>(options_)) {}

TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::create(TlsOptions options, Log& log) {
  assert(options.cert_file.empty() == options.key_file.empty());
  std::shared_ptr<TlsContext> made(new TlsContext(std::move(options), log));
  Parts& parts = *made->parts_;
  BioMethodHandle method = make_tls_bio_method();
  if (!method) return Error{ErrorCode::kConfiguration, "TLS cannot be used: " + tls_reason()};
  parts.bio_method = std::move(method);
  const bool verified = made->options_.verify != TlsOptions::Verify::kNone;
  if (verified && made->options_.ca_file.empty()) {
    auto system = load_system_authorities();
    if (!system) return system.error();
    parts.system = system.take();
  }
  if (auto loaded = made->reload(); !loaded) return loaded.error();
  return made;
}

Result<void> TlsContext::reload() {
  // Before the files are read: a change during the reading is noticed by the next connection.
  parts_->stamps = TlsFileStamps(options_);
  auto loaded = load_tls_context(options_, parts_->system.get());
  if (!loaded) return loaded.error();
  parts_->context = loaded.take();
  return {};
}

void TlsContext::follow_files() {
  if (parts_->stamps == TlsFileStamps(options_)) return;
  if (const auto loaded = reload(); !loaded) {
    log_.warning("the changed TLS files for Redis cannot be used; the previous ones stay in use",
                 {{"why", loaded.error().message}});
    return;
  }
  log_.info("the changed TLS files for Redis were read");
}

Result<std::unique_ptr<RedisTransport>> TlsContext::connect(int fd, const std::string& host) {
  assert(fd >= 0);
  follow_files();
  const std::string& name = options_.server_name.empty() ? host : options_.server_name;
  SslHandle ssl(SSL_new(parts_->context.get()));
  BIO* const bio = ssl ? make_tls_bio(parts_->bio_method.get(), fd) : nullptr;
  if (bio == nullptr) return Error{ErrorCode::kConnection, "TLS failed: " + tls_reason()};
  SSL_set_bio(ssl.get(), bio, bio);  // which owns it from now on
  SSL_set_connect_state(ssl.get());
  if (!expect_name(ssl.get(), name, options_.verify == TlsOptions::Verify::kFull)) {
    return Error{ErrorCode::kConnection, "TLS failed: the name " + name + " cannot be verified"};
  }
  TlsExpectation expected;
  expected.name = name;
  expected.authority = options_.ca_file.empty() ? "the CA certificates of the system"
                                                : "the authorities in REDIS_TLS_CA_FILE";
  expected.sends_certificate = !options_.cert_file.empty();
  return std::unique_ptr<RedisTransport>(
      std::make_unique<TlsTransport>(std::move(ssl), parts_->bio_method, std::move(expected)));
}

}  // namespace hermod
