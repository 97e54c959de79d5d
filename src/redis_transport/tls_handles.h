#pragma once
// Owners of the objects of OpenSSL. Only for the files of this module.

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace hermod {

struct FreeTls {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

using SslHandle = std::unique_ptr<SSL, FreeTls>;
using SslContextHandle = std::unique_ptr<SSL_CTX, FreeTls>;
using X509StoreHandle = std::unique_ptr<X509_STORE, FreeTls>;
using BioMethodHandle = std::unique_ptr<BIO_METHOD, FreeTls>;

}  // namespace hermod
