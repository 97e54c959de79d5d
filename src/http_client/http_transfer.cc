#include "http_client/http_transfer.h"

#include <cassert>
#include <cstring>
#include <utility>

#include "http_client/shown_url.h"

namespace hermod {
namespace {

std::string_view name_of(HttpMethod method) {
  return method == HttpMethod::kPost ? "POST" : "GET";
}

}  // namespace

HttpTransfer::HttpTransfer(const CurlLibrary& curl, const OutgoingRequest& request,
                           const CaStore& cas, Done done)
    : curl_(curl),
      easy_(curl->easy_init()),
      shown_(std::string(name_of(request.method)) + ' ' + shown_url(request.url)),
      body_bytes_max_(request.response_bytes_max),
      time_limit_ms_(request.time_limit_ms),
      tls_error_(CURL_ERROR_SIZE, '\0'),
      done_(std::move(done)) {
  assert(easy_ != nullptr);
  assert(done_ != nullptr);
  set_request(request);
  set_connection(cas);
}

HttpTransfer::~HttpTransfer() {
  curl_->easy_cleanup(easy_);
  curl_->slist_free_all(fields_);
}

void HttpTransfer::set_request(const OutgoingRequest& request) {
  curl_->easy_setopt(easy_, CURLOPT_URL, request.url.c_str());
  curl_->easy_setopt(easy_, CURLOPT_USERAGENT, "hermod");
  if (request.method == HttpMethod::kPost) {
    curl_->easy_setopt(easy_, CURLOPT_POST, 1L);
    curl_->easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.size()));
    curl_->easy_setopt(easy_, CURLOPT_POSTFIELDS, request.body.data());
  }
  for (const HttpField& field : request.fields) add_field(field);
  // libcurl would announce a large body, and wait a second for the permission to send it.
  fields_ = curl_->slist_append(fields_, "Expect:");
  curl_->easy_setopt(easy_, CURLOPT_HTTPHEADER, fields_);
  curl_->easy_setopt(easy_, CURLOPT_WRITEFUNCTION, body_cb);
  curl_->easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_->easy_setopt(easy_, CURLOPT_TIMEOUT_MS, long(request.time_limit_ms));
  if (request.proxy == OutgoingRequest::Proxy::kNone) {
    curl_->easy_setopt(easy_, CURLOPT_NOPROXY, "*");
  }
}

void HttpTransfer::set_connection(const CaStore& cas) {
  curl_->easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_->easy_setopt(easy_, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  curl_->easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  // Without it, the end of a request waits on the loop for a look-up that is still in progress.
  curl_->easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
  curl_->easy_setopt(easy_, CURLOPT_ERRORBUFFER, tls_error_.data());
  // nullptr overrides the default of libcurl, which is to use both the bundle and the directory.
  curl_->easy_setopt(easy_, CURLOPT_CAINFO, cas.file.empty() ? nullptr : cas.file.c_str());
  curl_->easy_setopt(easy_, CURLOPT_CAPATH,
                     cas.directory.empty() ? nullptr : cas.directory.c_str());
}

void HttpTransfer::add_field(const HttpField& field) {
  assert(!field.first.empty());
  // libcurl's form of a header without a value ends with a semicolon.
  const std::string line =
      field.second.empty() ? field.first + ';' : field.first + ": " + field.second;
  fields_ = curl_->slist_append(fields_, line.c_str());
}

size_t HttpTransfer::body_cb(char* bytes, size_t one, size_t size, void* transfer) noexcept {
  return static_cast<HttpTransfer*>(transfer)->on_body({bytes, one * size});
}

// Returns the number of accepted bytes. Fewer than given end the transfer.
size_t HttpTransfer::on_body(std::string_view bytes) {
  assert(response_.body.size() <= body_bytes_max_);
  const std::string_view accepted = bytes.substr(0, body_bytes_max_ - response_.body.size());
  response_.body.append(accepted);
  if (accepted.size() < bytes.size()) response_.extent = HttpResponse::Body::kCut;
  return accepted.size();
}

void HttpTransfer::complete(CURLcode code) {
  assert(done_ != nullptr);
  const Done done = std::exchange(done_, nullptr);
  const bool cut = code == CURLE_WRITE_ERROR && response_.extent == HttpResponse::Body::kCut;
  if (code != CURLE_OK && !cut) return done(error(code));
  long status = 0;
  curl_off_t retry_after_s = 0;
  curl_->easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  curl_->easy_getinfo(easy_, CURLINFO_RETRY_AFTER, &retry_after_s);
  response_.status = static_cast<int>(status);
  response_.retry_after_s = static_cast<uint32_t>(retry_after_s);
  done(std::move(response_));
}

Error HttpTransfer::error(CURLcode code) const {
  const auto kind = code == CURLE_OPERATION_TIMEDOUT ? ErrorCode::kTimeout : ErrorCode::kConnection;
  return {kind, shown_ + " failed: " + reason(code)};
}

// libcurl's own description of an error may contain the URL of a proxy with its password, so it is
// used only for certificates.
std::string HttpTransfer::reason(CURLcode code) const {
  std::string general = curl_->easy_strerror(code);
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return "no response within " + std::to_string(time_limit_ms_) + " ms (" + general + ')';
  }
  if (code == CURLE_PEER_FAILED_VERIFICATION) {
    return "the certificate of the server was not accepted (" + std::string(tls_error_.c_str()) +
           ')';
  }
  long proxy_status = 0;
  curl_->easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status != 0 && proxy_status / 100 != 2) {
    return "the proxy answered with status " + std::to_string(proxy_status) + " (" + general + ')';
  }
  long system_error = 0;
  curl_->easy_getinfo(easy_, CURLINFO_OS_ERRNO, &system_error);
  if (system_error == 0) return general;
  return general + " (" + std::strerror(static_cast<int>(system_error)) + ')';
}

}  // namespace hermod
