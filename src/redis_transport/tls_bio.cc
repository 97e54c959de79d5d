#include "redis_transport/tls_bio.h"

#include <sys/socket.h>

#include <cerrno>

namespace hermod {
namespace {

// The descriptor is stored as the integer of a pointer, so that nothing must be freed.
int descriptor_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<intptr_t>(BIO_get_data(bio)));
}

bool is_temporary(int error) {
  return error == EAGAIN || error == EINTR;
}

int write_bio(BIO* bio, const char* bytes, int size) noexcept {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::send(descriptor_of(bio), bytes, static_cast<size_t>(size), MSG_NOSIGNAL);
  if (count < 0 && is_temporary(errno)) BIO_set_retry_write(bio);
  return static_cast<int>(count);
}

int read_bio(BIO* bio, char* bytes, int size) noexcept {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::recv(descriptor_of(bio), bytes, static_cast<size_t>(size), 0);
  if (count < 0 && is_temporary(errno)) BIO_set_retry_read(bio);
  if (count == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(count);
}

long control_bio(BIO* bio, int command, long, void*) noexcept {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

}  // namespace

BioMethodHandle make_tls_bio_method() {
  BioMethodHandle method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "hermod"));
  if (!method) return nullptr;
  BIO_meth_set_write(method.get(), write_bio);
  BIO_meth_set_read(method.get(), read_bio);
  BIO_meth_set_ctrl(method.get(), control_bio);
  return method;
}

BIO* make_tls_bio(const BIO_METHOD* method, int fd) {
  BIO* bio = BIO_new(method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<intptr_t>(fd)));
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace hermod
