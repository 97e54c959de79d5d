#pragma once
// TLS over one descriptor, as its client. Only for the files of this module.

#include <memory>
#include <string>

#include "redis_transport/redis_transport.h"
#include "redis_transport/tls_error.h"
#include "redis_transport/tls_handles.h"

namespace hermod {

class TlsTransport final : public RedisTransport {
 public:
  // `ssl` is set up for the descriptor and has sent nothing yet. `method` is that of its BIO.
  TlsTransport(SslHandle ssl, std::shared_ptr<const BIO_METHOD> method, TlsExpectation expected);
  ~TlsTransport() override;
  TlsTransport(const TlsTransport&) = delete;
  TlsTransport& operator=(const TlsTransport&) = delete;

  Transfer read(char* bytes, size_t size) override;
  Transfer write(const char* bytes, size_t size) override;
  std::string failure() const override { return failure_; }
  std::string silence() const override;

 private:
  Transfer stopped(int result, bool reading);

  std::shared_ptr<const BIO_METHOD> method_;  // outlives ssl_
  SslHandle ssl_;
  TlsExpectation expected_;
  bool ended_ = false;         // the peer closed the connection
  std::string write_failure_;  // of the socket; not empty: nothing more can be written
  std::string failure_;        // not empty: nothing more can be read or written
};

}  // namespace hermod
