// How libcurl runs on the loop:
// - It reports the sockets to watch (socket_cb) and the time of its next action (timer_cb).
// - act() reports a ready socket or the elapsed time to it. libcurl then continues its transfers.
// - After each act(), the finished transfers are completed. The callback of a request may send the
//   next one, or close the client.

#include "http_client/http_client.h"

#include <curl/curl.h>

#include <cassert>
#include <utility>

#include "http_client/curl_library.h"
#include "http_client/http_transfer.h"

namespace hermod {
namespace {

uv::Ready interest(int what) {
  switch (what) {
    case CURL_POLL_IN:
      return uv::Ready::kReadable;
    case CURL_POLL_OUT:
      return uv::Ready::kWritable;
    case CURL_POLL_INOUT:
      return uv::Ready::kReadable | uv::Ready::kWritable;
    default:
      return uv::Ready::kNone;
  }
}

int events_of(uv::Ready ready) {
  int events = 0;
  if (has(ready, uv::Ready::kReadable)) events |= CURL_CSELECT_IN;
  if (has(ready, uv::Ready::kWritable)) events |= CURL_CSELECT_OUT;
  if (has(ready, uv::Ready::kError)) events |= CURL_CSELECT_ERR;
  return events;
}

}  // namespace

Result<std::unique_ptr<HttpClient>> HttpClient::create(uv_loop_t* loop,
                                                       const HttpClientOptions& options) {
  auto curl = CurlLibrary::load();
  if (!curl) return curl.error();
  const auto* version = (*curl.value())->version_info(CURLVERSION_NOW);
  CaStore cas = choose_ca_store(options.ca_file, version->cainfo, version->capath);
  return std::unique_ptr<HttpClient>(new HttpClient(loop, std::move(cas), curl.take()));
}

Result<void> HttpClient::check() {
  if (auto curl = CurlLibrary::load(); !curl) return curl.error();
  return {};
}

HttpClient::HttpClient(uv_loop_t* loop, CaStore cas, std::unique_ptr<CurlLibrary> curl)
    : loop_(loop),
      cas_(std::move(cas)),
      curl_(std::move(curl)),
      multi_((*curl_)->multi_init()),
      timer_(loop, [this] { act(CURL_SOCKET_TIMEOUT, 0); }),
      finish_immediate_(loop, [this] {
        enter(State::kClosed);
        std::exchange(closed_, nullptr)();
      }) {
  assert(multi_ != nullptr);
  (*curl_)->multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, socket_cb);
  (*curl_)->multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  (*curl_)->multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, timer_cb);
  (*curl_)->multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

HttpClient::~HttpClient() {
  assert(transfers_.empty());
  assert(closed_ == nullptr);
  release();
}

void HttpClient::send(const OutgoingRequest& request, Done done) {
  assert(state_ == State::kOpen);
  assert(request.time_limit_ms != 0);
  auto transfer = std::make_unique<HttpTransfer>(*curl_, request, cas_, std::move(done));
  Easy* easy = transfer->handle();
  transfers_.emplace(easy, std::move(transfer));
  // Starts the timer, which starts the transfer. It fails only for lack of memory.
  [[maybe_unused]] const CURLMcode added = (*curl_)->multi_add_handle(multi_, easy);
  assert(added == CURLM_OK);
}

int HttpClient::socket_cb(Easy*, int fd, int what, void* client, void*) noexcept {
  static_cast<HttpClient*>(client)->watch(fd, what);
  return 0;
}

int HttpClient::timer_cb(Multi*, long after_ms, void* client) noexcept {
  static_cast<HttpClient*>(client)->arrange_timer(after_ms);
  return 0;
}

void HttpClient::watch(int fd, int what) {
  assert(fd >= 0);
  if (what == CURL_POLL_REMOVE) {
    polls_.erase(fd);
    return;
  }
  std::unique_ptr<uv::Poll>& poll = polls_[fd];
  if (poll == nullptr) {
    poll = std::make_unique<uv::Poll>(loop_, fd,
                                      [this, fd](uv::Ready ready) { act(fd, events_of(ready)); });
  }
  poll->watch(interest(what));
}

// `after_ms` -1: libcurl needs no timer.
void HttpClient::arrange_timer(long after_ms) {
  if (after_ms < 0) {
    timer_.stop();
  } else {
    timer_.start(static_cast<uint64_t>(after_ms));
  }
}

void HttpClient::act(int fd, int events) {
  assert(state_ == State::kOpen);
  int running = 0;
  (*curl_)->multi_socket_action(multi_, fd, events, &running);
  complete_finished();
}

void HttpClient::complete_finished() {
  int left = 0;
  while (state_ == State::kOpen) {
    const CURLMsg* message = (*curl_)->multi_info_read(multi_, &left);
    if (message == nullptr) return;
    assert(message->msg == CURLMSG_DONE);
    const CURLcode code = message->data.result;
    auto transfer = transfers_.extract(message->easy_handle);
    assert(!transfer.empty());
    (*curl_)->multi_remove_handle(multi_, transfer.key());
    transfer.mapped()->complete(code);
  }
}

void HttpClient::close(Closed closed) {
  if (state_ != State::kOpen) return;
  enter(State::kClosing);
  closed_ = std::move(closed);
  release();
  finish_immediate_.ask();
}

// Frees everything that libcurl holds. It may call back until multi_cleanup() returns.
void HttpClient::release() {
  if (multi_ == nullptr) return;
  for (const auto& [easy, transfer] : transfers_) (*curl_)->multi_remove_handle(multi_, easy);
  transfers_.clear();
  (*curl_)->multi_cleanup(std::exchange(multi_, nullptr));
  polls_.clear();
  timer_.stop();
}

void HttpClient::enter(State state) {
  assert(static_cast<int>(state) == static_cast<int>(state_) + 1);
  state_ = state;
}

}  // namespace hermod
