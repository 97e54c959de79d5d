#pragma once
// The CA certificates that verify servers. HttpClient chooses them when it is created.

#include <string>

namespace hermod {

// At most one of the two is set. If both are empty, no https server is accepted.
struct CaStore {
  std::string file;       // certificates in PEM format, all read for the first connection
  std::string directory;  // one certificate in each file, named by its hash (openssl-rehash(1))
};

// `ca_file` if it is set. Otherwise `directory` if it has certificates with such names, because
// OpenSSL then reads only those that a connection needs: reading the bundle of Debian takes 0.1 s,
// during which the loop would wait. Otherwise `bundle`. `bundle` and `directory` may be null.
CaStore choose_ca_store(const std::string& ca_file, const char* bundle, const char* directory);

}  // namespace hermod
