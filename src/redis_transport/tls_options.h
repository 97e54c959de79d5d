#pragma once
// The settings of TLS to Redis.

#include <string>

namespace hermod {

struct TlsOptions {
  enum class Verify {
    kFull,  // the authority and the name
    kCa,    // only the authority
    kNone,
  };

  // PEM files, with the names of the settings for errors.
  std::string ca_file;      // REDIS_TLS_CA_FILE; empty: the CA certificates of the system
  std::string cert_file;    // REDIS_TLS_CERT_FILE; empty: no client certificate
  std::string key_file;     // REDIS_TLS_KEY_FILE; empty exactly if cert_file is
  std::string server_name;  // the name to verify and for SNI; empty: the host that is dialled
  Verify verify = Verify::kFull;
};

}  // namespace hermod
