#include "redis_transport/tls_files.h"

#include <openssl/err.h>

#include "base/file.h"
#include "redis_transport/tls_error.h"

namespace hermod {
namespace {

constexpr long kReadBufferBytes = 65'536;

struct NamedFile {
  std::string_view variable;
  const std::string& path;

  Error wrong(const std::string& why) const {
    return {ErrorCode::kConfiguration,
            std::string(variable) + " names the file " + path + ", which " + why};
  }

  // Whether it is a regular file of a bounded size, because OpenSSL reads anything.
  Result<void> check() const {
    if (const auto text = read_file(path); !text) return wrong(text.error().message);
    return {};
  }
};

// Without it, OpenSSL asks for the passphrase of an encrypted key at the terminal.
int refuse_passphrase(char*, int, int, void*) noexcept {
  return 0;
}

Result<void> load_authorities(SSL_CTX* context, const TlsOptions& options, X509_STORE* system) {
  if (options.verify == TlsOptions::Verify::kNone) return {};
  if (options.ca_file.empty()) {
    SSL_CTX_set1_cert_store(context, system);
    return {};
  }
  const NamedFile file{"REDIS_TLS_CA_FILE", options.ca_file};
  if (auto readable = file.check(); !readable) return readable;
  if (SSL_CTX_load_verify_file(context, file.path.c_str()) == 1) return {};
  ERR_clear_error();
  return file.wrong("contains no CA certificate in PEM format");
}

Result<void> load_certificate(SSL_CTX* context, const TlsOptions& options) {
  if (options.cert_file.empty()) return {};
  const NamedFile cert{"REDIS_TLS_CERT_FILE", options.cert_file};
  if (auto readable = cert.check(); !readable) return readable;
  if (SSL_CTX_use_certificate_chain_file(context, cert.path.c_str()) != 1) {
    return cert.wrong("contains no usable certificate in PEM format (" + tls_reason() + ")");
  }
  const NamedFile key{"REDIS_TLS_KEY_FILE", options.key_file};
  if (auto readable = key.check(); !readable) return readable;
  SSL_CTX_set_default_passwd_cb(context, refuse_passphrase);
  if (SSL_CTX_use_PrivateKey_file(context, key.path.c_str(), SSL_FILETYPE_PEM) == 1) return {};
  const int reason = ERR_GET_REASON(ERR_peek_error());
  ERR_clear_error();
  if (reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH) {
    return key.wrong("does not contain the key of the certificate in REDIS_TLS_CERT_FILE");
  }
  return key.wrong("contains no private key in PEM format without a passphrase");
}

void set_modes(SSL_CTX* context, const TlsOptions& options) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // The output buffer grows between two attempts to write it, and may be written in part.
  SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_ENABLE_PARTIAL_WRITE);
  // One read() of the socket for many records.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_read_buffer_len(context, kReadBufferBytes);
  const bool verified = options.verify != TlsOptions::Verify::kNone;
  SSL_CTX_set_verify(context, verified ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
}

}  // namespace

TlsFileStamps::TlsFileStamps(const TlsOptions& options)
    : stamps_{stamp_of(options.ca_file), stamp_of(options.cert_file), stamp_of(options.key_file)} {}

TlsFileStamps::Stamp TlsFileStamps::stamp_of(const std::string& path) {
  constexpr int64_t kNanoseconds = 1'000'000'000;
  struct stat found {};
  if (path.empty() || stat(path.c_str(), &found) != 0) return {};
  return {found.st_mtim.tv_sec * kNanoseconds + found.st_mtim.tv_nsec, found.st_ino, found.st_size};
}

Result<X509StoreHandle> load_system_authorities() {
  X509StoreHandle store(X509_STORE_new());
  if (store && X509_STORE_set_default_paths(store.get()) == 1) return store;
  return Error{ErrorCode::kConfiguration, "the CA certificates of the system cannot be loaded (" +
                                              tls_reason() + "): set REDIS_TLS_CA_FILE"};
}

Result<SslContextHandle> load_tls_context(const TlsOptions& options, X509_STORE* system) {
  ERR_clear_error();
  SslContextHandle context(SSL_CTX_new(TLS_client_method()));
  if (!context) {
    return Error{ErrorCode::kConfiguration, "TLS cannot be used: " + tls_reason()};
  }
  set_modes(context.get(), options);
  if (auto ok = load_authorities(context.get(), options, system); !ok) return ok.error();
  if (auto ok = load_certificate(context.get(), options); !ok) return ok.error();
  return context;
}

}  // namespace hermod
