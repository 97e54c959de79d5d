#pragma once
// The bytes of one connection: reads and writes on a connected, non-blocking descriptor, with or
// without TLS. The owner polls the descriptor, closes it, and destroys the transport before that.

#include <cstddef>
#include <memory>
#include <string>

namespace hermod {

struct Transfer {
  enum class State {
    kMoved,   // `bytes` were read or written, at least one
    kWait,    // nothing is possible now: poll the descriptor
    kEnd,     // the peer closed the connection
    kFailed,  // failure() says why; final
  };

  State state;
  size_t bytes = 0;
};

class RedisTransport {
 public:
  virtual ~RedisTransport() = default;

  // Precondition: `size` is not 0. The result of write() is never kEnd. After a failed write,
  // read() fails, too, so that one place can handle it.
  virtual Transfer read(char* bytes, size_t size) = 0;
  virtual Transfer write(const char* bytes, size_t size) = 0;

  // The reason of kFailed, without a secret.
  virtual std::string failure() const = 0;

  // Why a server may be silent at the beginning; empty: there is no hint.
  virtual std::string silence() const { return {}; }

  // read() has bytes without the descriptor being readable.
  bool holds_bytes() const { return holds_bytes_; }

  // TLS may have to send before it can receive, and the reverse. Then the poll for the other
  // direction is also the one for this.
  bool read_waits_for_writable() const { return read_waits_for_writable_; }
  bool write_waits_for_readable() const { return write_waits_for_readable_; }

 protected:
  bool holds_bytes_ = false;
  bool read_waits_for_writable_ = false;
  bool write_waits_for_readable_ = false;
};

std::unique_ptr<RedisTransport> make_plain_transport(int fd);

}  // namespace hermod
