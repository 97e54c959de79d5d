#include "redis_transport/tls_error.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cstring>

namespace hermod {
namespace {

constexpr std::string_view kNoCertificate =
    "; it may require a client certificate: set REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE";
constexpr std::string_view kOtherCertificate =
    "; it may not accept the client certificate in REDIS_TLS_CERT_FILE";

bool is_name_error(long result) {
  return result == X509_V_ERR_HOSTNAME_MISMATCH || result == X509_V_ERR_IP_ADDRESS_MISMATCH;
}

bool is_unknown_authority(long result) {
  return result == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
         result == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
         result == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
         result == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
         result == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE ||
         result == X509_V_ERR_CERT_SIGNATURE_FAILURE;
}

std::string verify_failure(long result, const TlsExpectation& expected) {
  std::string text = "certificate verify failed: ";
  text += X509_verify_cert_error_string(result);
  if (is_name_error(result)) {
    text += "; expected " + expected.name + " (REDIS_TLS_SERVER_NAME sets another name)";
  } else if (is_unknown_authority(result)) {
    text += "; expected a certificate of " + expected.authority;
  }
  return text;
}

// The alerts with which a server refuses the client (RFC 8446 section 6.2).
bool is_alert(int reason) {
  return reason > SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256;
}

std::string alert_failure(int reason, const TlsExpectation& expected) {
  const int alert = reason - SSL_AD_REASON_OFFSET;
  const char* const description = SSL_alert_desc_string_long(alert);
  std::string text = std::string("the server refused the TLS connection: ") + description;
  if (alert == SSL_AD_PROTOCOL_VERSION) return text + "; it must support TLS 1.2 or 1.3";
  if (alert == SSL_AD_UNRECOGNIZED_NAME) {
    return text + "; it does not know the name " + expected.name;
  }
  if (alert == SSL_AD_INTERNAL_ERROR || alert == SSL_AD_CLOSE_NOTIFY) return text;
  text += expected.sends_certificate ? kOtherCertificate : kNoCertificate;
  return text;
}

}  // namespace

std::string tls_reason() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* const reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "unknown error";
}

std::string tls_failure(const SSL* ssl, const TlsExpectation& expected, int system_error) {
  const unsigned long code = ERR_peek_error();
  if (code == 0) {
    ERR_clear_error();
    if (system_error == 0) return "connection error: it ended unexpectedly";
    return std::string("connection error: ") + std::strerror(system_error);
  }
  const int reason = ERR_GET_REASON(code);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    ERR_clear_error();
    return verify_failure(SSL_get_verify_result(ssl), expected);
  }
  if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_PACKET_LENGTH_TOO_LONG) {
    ERR_clear_error();
    if (!SSL_is_init_finished(ssl)) return "the server does not speak TLS: use redis://";
  }
  if (is_alert(reason)) {
    ERR_clear_error();
    return alert_failure(reason, expected);
  }
  if (reason == SSL_R_UNSUPPORTED_PROTOCOL) {
    ERR_clear_error();
    return "the server supports only TLS versions before 1.2";
  }
  return "TLS error: " + tls_reason();
}

}  // namespace hermod
