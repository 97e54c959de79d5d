#pragma once
// The certificates, keys and authorities of a TLS client. Only for the files of this module.

#include <sys/stat.h>

#include <array>

#include "hermod/result.h"
#include "redis_transport/tls_handles.h"
#include "redis_transport/tls_options.h"

namespace hermod {

// What identifies the content of the three files of TlsOptions, to notice a change.
class TlsFileStamps {
 public:
  explicit TlsFileStamps(const TlsOptions& options);  // reads the metadata of the files

  bool operator==(const TlsFileStamps&) const = default;

 private:
  struct Stamp {
    int64_t modified_ns = 0;  // 0: the file cannot be read, or none is named
    uint64_t inode = 0;
    int64_t bytes = 0;

    bool operator==(const Stamp&) const = default;
  };

  static Stamp stamp_of(const std::string& path);

  std::array<Stamp, 3> stamps_;
};

// The CA certificates of the system. It takes about 20 ms, so it is done once. Error:
// kConfiguration.
Result<X509StoreHandle> load_system_authorities();

// A context of a client with the files of `options`. `system` verifies servers if no file is named;
// otherwise it is unused and may be null. The error (kConfiguration) names the setting and the
// file.
Result<SslContextHandle> load_tls_context(const TlsOptions& options, X509_STORE* system);

}  // namespace hermod
