#pragma once
// The socket of a TLS connection, as OpenSSL sees it. OpenSSL's own one writes with write(), which
// raises SIGPIPE on a broken connection.

#include "redis_transport/tls_handles.h"

namespace hermod {

BioMethodHandle make_tls_bio_method();  // it must outlive its BIOs; null: out of memory

// A BIO on `fd`, which it does not close. Null: out of memory.
BIO* make_tls_bio(const BIO_METHOD* method, int fd);

}  // namespace hermod
