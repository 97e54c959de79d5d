#pragma once
// libcurl, which is loaded with dlopen() when the first HttpClient is created. It is not linked: it
// brings 24 libraries (GnuTLS, Kerberos, LDAP), which would cost each process 0.7 MiB of private
// memory, and which every Node program with the addon would load, although few processes send
// requests. Owned by HttpClient.

#include <curl/curl.h>

#include <memory>

#include "hermod/result.h"

namespace hermod {

// The functions of libcurl that this module calls, without the prefix curl_.
struct CurlFunctions {
  decltype(&curl_global_init) global_init;
  decltype(&curl_global_cleanup) global_cleanup;
  decltype(&curl_version_info) version_info;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_multi_init) multi_init;
  decltype(&curl_multi_cleanup) multi_cleanup;
  decltype(&curl_multi_setopt) multi_setopt;
  decltype(&curl_multi_add_handle) multi_add_handle;
  decltype(&curl_multi_remove_handle) multi_remove_handle;
  decltype(&curl_multi_socket_action) multi_socket_action;
  decltype(&curl_multi_info_read) multi_info_read;
};

class CurlLibrary {
 public:
  // Loads and initializes libcurl. It may be called on several threads, and several times: libcurl
  // counts the initializations. Error (kInitialization): libcurl is not installed, or was built
  // without TLS, without a resolver thread, or without thread-safe initialization.
  static Result<std::unique_ptr<CurlLibrary>> load();

  ~CurlLibrary();
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;

  const CurlFunctions* operator->() const { return &functions_; }

 private:
  explicit CurlLibrary(const CurlFunctions& functions) : functions_(functions) {}

  CurlFunctions functions_;
};

}  // namespace hermod
