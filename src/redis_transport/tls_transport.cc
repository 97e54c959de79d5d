// - The first read or write performs the handshake.
// - One SSL_read returns at most one record, so read() collects as many as fit. It stops when
//   OpenSSL holds nothing more, instead of asking the socket again: the poll will report the rest.
// - A failure is kept, because OpenSSL reports it only once, and because bytes may have been read
//   in the same call.
// - A server that refuses the client sends the reason and closes the connection. A write may fail
//   before the reason is read, so a failure of the socket is final only when nothing is left to
//   read.
#include "redis_transport/tls_transport.h"

#include <openssl/err.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <climits>

namespace hermod {

TlsTransport::TlsTransport(SslHandle ssl, std::shared_ptr<const BIO_METHOD> method,
                           TlsExpectation expected)
    : method_(std::move(method)), ssl_(std::move(ssl)), expected_(std::move(expected)) {
  assert(ssl_ != nullptr);
}

// Tells the server that this is the end, if the socket accepts it at once.
TlsTransport::~TlsTransport() {
  if (!failure_.empty() || !SSL_is_init_finished(ssl_.get())) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

Transfer TlsTransport::read(char* bytes, size_t size) {
  assert(size > 0);
  holds_bytes_ = false;
  read_waits_for_writable_ = false;
  if (!failure_.empty()) return {Transfer::State::kFailed};
  if (ended_) return {Transfer::State::kEnd};
  size_t moved = 0;
  do {
    ERR_clear_error();
    errno = 0;
    size_t count = 0;
    const int result = SSL_read_ex(ssl_.get(), bytes + moved, size - moved, &count);
    // The handshake may have ended in this call; from then on, a write waits for nothing.
    if (SSL_is_init_finished(ssl_.get())) write_waits_for_readable_ = false;
    if (result <= 0) {
      Transfer stop = stopped(result, true);
      if (stop.state == Transfer::State::kWait && !write_failure_.empty()) {
        failure_ = write_failure_;
        stop.state = Transfer::State::kFailed;
      }
      if (moved == 0) return stop;
      holds_bytes_ = stop.state != Transfer::State::kWait;  // the next read returns the end
      return {Transfer::State::kMoved, moved};
    }
    moved += count;
    holds_bytes_ = SSL_has_pending(ssl_.get()) != 0;
  } while (holds_bytes_ && moved < size);
  return {Transfer::State::kMoved, moved};
}

Transfer TlsTransport::write(const char* bytes, size_t size) {
  assert(size > 0);
  write_waits_for_readable_ = false;
  if (!failure_.empty() || !write_failure_.empty()) return {Transfer::State::kFailed};
  size_t moved = 0;
  while (moved < size) {
    ERR_clear_error();
    errno = 0;
    size_t count = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes + moved, size - moved, &count);
    if (result <= 0) {
      const Transfer stop = stopped(result, false);
      if (stop.state == Transfer::State::kEnd) return {Transfer::State::kWait};
      if (moved == 0) return stop;
      break;
    }
    moved += count;
  }
  return {Transfer::State::kMoved, moved};
}

Transfer TlsTransport::stopped(int result, bool reading) {
  const int system_error = errno;
  const int error = SSL_get_error(ssl_.get(), result);
  switch (error) {
    case SSL_ERROR_WANT_READ:
      write_waits_for_readable_ = write_waits_for_readable_ || !reading;
      return {Transfer::State::kWait};
    case SSL_ERROR_WANT_WRITE:
      read_waits_for_writable_ = read_waits_for_writable_ || reading;
      return {Transfer::State::kWait};
    case SSL_ERROR_ZERO_RETURN:
      ended_ = true;
      return {Transfer::State::kEnd};
    default:
      break;
  }
  const int reason = ERR_GET_REASON(ERR_peek_error());
  if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    ERR_clear_error();
    ended_ = true;
    return {Transfer::State::kEnd};
  }
  std::string why = tls_failure(ssl_.get(), expected_, system_error);
  assert(!why.empty());
  (error == SSL_ERROR_SYSCALL && !reading ? write_failure_ : failure_) = std::move(why);
  return {Transfer::State::kFailed};
}

std::string TlsTransport::silence() const {
  if (SSL_is_init_finished(ssl_.get())) return {};
  return "a server that does not speak TLS does not answer: for it, use redis://";
}

}  // namespace hermod
