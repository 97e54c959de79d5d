#include "support/tls_authority.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <stdexcept>

namespace hermod::test {
namespace {

constexpr long kDay = 24 * 60 * 60;  // seconds

template <class Write>
std::string pem(Write write) {
  BIO* const bio = BIO_new(BIO_s_mem());
  write(bio);
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(length));
  BIO_free(bio);
  return text;
}

std::string pem_of(X509* certificate) {
  return pem([certificate](BIO* bio) { PEM_write_bio_X509(bio, certificate); });
}

std::string pem_of(EVP_PKEY* key) {
  return pem([key](BIO* bio) {
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::shared_ptr<EVP_PKEY> new_key() {
  return {EVP_EC_gen("P-256"), EVP_PKEY_free};
}

// A certificate without extensions and signature.
std::shared_ptr<X509> draft(const std::string& name, EVP_PKEY* key, long from, long until) {
  std::shared_ptr<X509> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), until);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.data()),
                             static_cast<int>(name.size()), -1, 0);
  return certificate;
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension =
      X509V3_EXT_conf_nid(nullptr, &context, kind, const_cast<char*>(value.c_str()));
  if (extension == nullptr) throw std::runtime_error("wrong extension: " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* key) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  extend(certificate, issuer, NID_subject_key_identifier, "hash");
  if (certificate != issuer) extend(certificate, issuer, NID_authority_key_identifier, "keyid");
  X509_sign(certificate, key, EVP_sha256());
}

}  // namespace

TlsAuthority::TlsAuthority(const std::string& name)
    : key_(new_key()), certificate_(draft(name, key_.get(), -2 * kDay, 2 * kDay)) {
  X509* const own = certificate_.get();
  extend(own, own, NID_basic_constraints, "critical,CA:TRUE");
  extend(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
  sign(own, own, key_.get());
  replace("ca.pem", pem_of(own));
}

TlsCertificate TlsAuthority::issue(const std::string& name,
                                   const std::vector<std::string>& addresses, Validity validity) {
  const long from = validity == Validity::kNotYet ? kDay : -kDay;
  const long until = validity == Validity::kExpired ? -kDay / 24 : 2 * kDay;
  const std::shared_ptr<EVP_PKEY> key = new_key();
  const std::shared_ptr<X509> certificate = draft(name, key.get(), from, until);
  std::string names;
  for (const std::string& address : addresses) names += (names.empty() ? "" : ",") + address;
  if (!names.empty()) extend(certificate.get(), certificate_.get(), NID_subject_alt_name, names);
  extend(certificate.get(), certificate_.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  sign(certificate.get(), certificate_.get(), key_.get());
  replace(name + ".key", pem_of(key.get()));
  replace(name + ".pem", pem_of(certificate.get()));
  return {(dir_.path() / (name + ".pem")).string(), (dir_.path() / (name + ".key")).string()};
}

void TlsAuthority::replace(const std::string& name, const std::string& text) const {
  const std::string written = dir_.write(name + ".new", text);
  std::filesystem::rename(written, dir_.path() / name);
}

}  // namespace hermod::test
