#pragma once
// A certificate authority of a test: issues certificates for servers and clients, as PEM files in a
// directory that the destructor deletes. Two authorities do not trust each other.

#include <openssl/types.h>

#include <memory>
#include <string>
#include <vector>

#include "support/scratch_dir.h"

namespace hermod::test {

struct TlsCertificate {
  std::string certificate_file;
  std::string key_file;
};

class TlsAuthority {
 public:
  enum class Validity { kNow, kExpired, kNotYet };

  explicit TlsAuthority(const std::string& name = "test authority");

  // The authority's own certificate: what clients and servers trust.
  std::string ca_file() const { return (dir_.path() / "ca.pem").string(); }

  // Issues a certificate with a new key, for servers and clients. `name` is the common name and the
  // name of the files. `addresses` are its alternative names: "DNS:redis.example", "IP:127.0.0.1".
  // A second certificate with the same name replaces the files of the first one: each file is
  // replaced atomically, the key first.
  TlsCertificate issue(const std::string& name,
                       const std::vector<std::string>& addresses = {"IP:127.0.0.1",
                                                                    "DNS:localhost"},
                       Validity validity = Validity::kNow);

 private:
  void replace(const std::string& name, const std::string& text) const;

  ScratchDir dir_;
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
};

}  // namespace hermod::test
