#pragma once
// Sends HTTP requests on the loop, over libcurl: HTTP/1.1 and HTTPS with verified certificates,
// persistent connections, and proxies from the environment (HTTPS_PROXY, http_proxy, NO_PROXY).
// Redirects are not followed. It never blocks the loop: libcurl resolves names on a thread of its
// own. Owned by the component that sends the requests.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/closed.h"
#include "hermod/result.h"
#include "http_client/ca_store.h"
#include "http_client/outgoing_request.h"
#include "uv/immediate.h"
#include "uv/poll.h"
#include "uv/timer.h"

namespace hermod {

class CurlLibrary;
class HttpTransfer;

struct HttpClientOptions {
  std::string ca_file;  // CA certificates in PEM format; empty: those of the system
};

class HttpClient {
 public:
  // The response with any status, or an Error (kConnection, kTimeout) that names the URL without
  // its secrets.
  using Done = std::function<void(Result<HttpResponse>)>;

  // Error: kInitialization, if libcurl cannot be loaded. `loop` must outlive the client.
  static Result<std::unique_ptr<HttpClient>> create(uv_loop_t* loop,
                                                    const HttpClientOptions& options);

  // The error of create(), without creating a client.
  static Result<void> check();

  // Precondition: closed, or without a request in progress.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // `done` is called once, in a later loop iteration. Precondition: close() was not called.
  void send(const OutgoingRequest& request, Done done);

  // Cancels the requests in progress, without calling their Done, and closes the connections.
  // Idempotent. `closed` is called once, in a later loop iteration.
  void close(Closed closed);

 private:
  enum class State : uint8_t { kOpen, kClosing, kClosed };
  using Multi = void;  // CURLM
  using Easy = void;   // CURL

  HttpClient(uv_loop_t* loop, CaStore cas, std::unique_ptr<CurlLibrary> curl);

  static int socket_cb(Easy* easy, int fd, int what, void* client, void* socket) noexcept;
  static int timer_cb(Multi* multi, long after_ms, void* client) noexcept;
  void watch(int fd, int what);
  void arrange_timer(long after_ms);
  void act(int fd, int events);
  void complete_finished();
  void release();
  void enter(State state);

  uv_loop_t* loop_;
  CaStore cas_;
  std::unique_ptr<CurlLibrary> curl_;
  Multi* multi_;
  std::unordered_map<Easy*, std::unique_ptr<HttpTransfer>> transfers_;
  std::unordered_map<int, std::unique_ptr<uv::Poll>> polls_;
  uv::Timer timer_;
  uv::Immediate finish_immediate_;
  Closed closed_;
  State state_ = State::kOpen;
};

}  // namespace hermod
