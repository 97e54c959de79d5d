#pragma once
// What all TLS connections to Redis share: authorities, client certificate and rules. Its files are
// read again when a connection begins and one of them has changed, and by reload(). Connections
// that are open keep what they began with.

#include <memory>
#include <string>

#include "hermod/log.h"
#include "hermod/result.h"
#include "redis_transport/redis_transport.h"
#include "redis_transport/tls_options.h"

namespace hermod {

class TlsContext {
 public:
  // `log` must outlive the context. Error: kConfiguration, a file that cannot be used; it names the
  // setting and the file.
  static Result<std::shared_ptr<TlsContext>> create(TlsOptions options, Log& log);

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // Reads the files again. After an error, the content that was read before stays in use.
  Result<void> reload();

  // A client's transport over `fd`, which is connected to `host`, a name or an address. A changed
  // file that cannot be used is logged once. Error: kConnection, OpenSSL cannot create it.
  Result<std::unique_ptr<RedisTransport>> connect(int fd, const std::string& host);

 private:
  struct Parts;

  TlsContext(TlsOptions options, Log& log);
  void follow_files();

  TlsOptions options_;
  Log& log_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hermod
