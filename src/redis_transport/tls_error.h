#pragma once
// Sentences for the errors of OpenSSL, without secrets.

#include <string>
#include <string_view>

#include "redis_transport/tls_handles.h"

namespace hermod {

// What a connection was made with, for its error sentences.
struct TlsExpectation {
  std::string name;       // that the certificate must contain; empty: any
  std::string authority;  // "the CA certificates of the system" or "REDIS_TLS_CA_FILE"
  bool sends_certificate = false;
};

// Why the connection failed, from the error queue of OpenSSL, which it empties. `system_error` is
// errno of the failed call.
std::string tls_failure(const SSL* ssl, const TlsExpectation& expected, int system_error);

// The newest reason in the error queue, which it empties: "bad decrypt".
std::string tls_reason();

}  // namespace hermod
