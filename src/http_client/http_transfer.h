#pragma once
// One request in progress: libcurl's easy handle, its settings, and the response so far. Owned by
// HttpClient, which adds the handle to its multi handle and completes the transfer.

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "hermod/result.h"
#include "http_client/ca_store.h"
#include "http_client/curl_library.h"
#include "http_client/outgoing_request.h"

namespace hermod {

class HttpTransfer {
 public:
  using Done = std::function<void(Result<HttpResponse>)>;

  // `curl` must outlive the transfer.
  HttpTransfer(const CurlLibrary& curl, const OutgoingRequest& request, const CaStore& cas,
               Done done);
  ~HttpTransfer();
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  CURL* handle() const { return easy_; }

  // Calls Done with the response or the error. Precondition: the handle is in no multi handle.
  void complete(CURLcode code);

 private:
  static size_t body_cb(char* bytes, size_t one, size_t size, void* transfer) noexcept;
  size_t on_body(std::string_view bytes);

  void set_request(const OutgoingRequest& request);
  void set_connection(const CaStore& cas);
  void add_field(const HttpField& field);
  Error error(CURLcode code) const;
  std::string reason(CURLcode code) const;

  const CurlLibrary& curl_;
  CURL* easy_;
  curl_slist* fields_ = nullptr;
  std::string shown_;  // method and URL, for errors
  size_t body_bytes_max_;
  uint64_t time_limit_ms_;
  HttpResponse response_;
  std::string tls_error_;  // CURL_ERROR_SIZE bytes, which libcurl fills
  Done done_;
};

}  // namespace hermod
