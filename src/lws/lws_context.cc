// How a context on a loop that it does not own is destroyed. Both calls are needed:
// - lws_context_destroy() starts to close the context's handles and returns at once;
// - the handles close in the next loop iterations, and two of them refer to the context until then;
// - a second lws_context_destroy() frees the context. An earlier call would free memory that the
//   library's close callbacks use; without the call, the context and a descriptor leak.
//
// If the first call comes inside a callback of the library, the context frees itself and clears
// context_.
#include "lws/lws_context.h"

#include <libwebsockets.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <mutex>
#include <utility>
#include <vector>

#include "lws/wake_descriptor.h"
#include "uv/loop.h"

namespace hermod {
namespace {

// Disables the library's own pings, whose cost is linear in the number of connections.
constexpr lws_retry_bo_t kNoHeartbeat{};

// How the versions of the library treat their wake-up descriptor: 4.1 closes it twice
// (wake_descriptor.h), 4.3 never.
constexpr bool is_version(int major, int minor) {
  return LWS_LIBRARY_VERSION_MAJOR == major && LWS_LIBRARY_VERSION_MINOR == minor;
}
constexpr bool kClosesItsWakeDescriptorTwice = is_version(4, 1);
constexpr bool kLeavesItsWakeDescriptorOpen = is_version(4, 3);

// Later versions of the library also poll a netlink socket.
bool is_socket(int fd) {
  int type = 0;
  socklen_t length = sizeof type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0;
}

constexpr unsigned kClientHandshakeBytes = 16 * 1024;  // a token of 8 KiB and the other headers

// Lowers the soft limit of open descriptors while the library reads it. The limit applies to the
// whole process, and other threads may create a context too, so a mutex serializes them.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t limit) : lock_(mutex()) {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit lowered = before_;
    lowered.rlim_cur = std::min(before_.rlim_cur, limit);
    setrlimit(RLIMIT_NOFILE, &lowered);
  }
  ~DescriptorLimit() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }

  std::lock_guard<std::mutex> lock_;
  rlimit before_{};
};

}  // namespace

Result<std::unique_ptr<LwsContext>> LwsContext::create(uv_loop_t* loop, Log& log,
                                                       LwsContextOptions options) {
  std::unique_ptr<LwsContext> made(new LwsContext(loop, log));
  if (!made->init(options)) {
    return Error{ErrorCode::kInitialization,
                 "cannot start libwebsockets on this loop; on Debian, install its libuv plugin: "
                 "libwebsockets-evlib-uv"};
  }
  return made;
}

bool LwsContext::init(const LwsContextOptions& options) {
  const DescriptorLimit lowered(static_cast<rlim_t>(options.descriptors_max));
  descriptor_limit_ = static_cast<int>(sysconf(_SC_OPEN_MAX));
  void* loops[] = {loop_};
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
  if (options.use != LwsUse::kServer) info.options |= LWS_SERVER_OPTION_VALIDATE_UTF8;
  if (options.use == LwsUse::kTlsClient) info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  if (options.use != LwsUse::kServer) info.pt_serv_buf_size = kClientHandshakeBytes;
  info.foreign_loops = loops;
  info.pcontext = &context_;
  info.retry_and_idle_policy = &kNoHeartbeat;
  const std::vector<int> before = uv::polled_descriptors(loop_);
  context_ = lws_create_context(&info);
  for (const int fd : uv::polled_descriptors(loop_)) {
    const bool new_one = std::find(before.begin(), before.end(), fd) == before.end();
    if (new_one && !is_socket(fd)) wake_fd_ = fd;
  }
  return context_ != nullptr;
}

LwsContext::~LwsContext() {
  assert(context_ == nullptr);
}

lws_vhost* LwsContext::add_vhost(const char* name, const lws_protocols* protocols, void* user) {
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
  info.vhost_name = name;
  info.protocols = protocols;
  info.user = user;
  info.retry_and_idle_policy = &kNoHeartbeat;
  return lws_create_vhost(context_, &info);
}

void LwsContext::close(Closed closed) {
  if (closing_) return;
  closing_ = true;
  closed_ = std::move(closed);
  step_.start(0, 1);
}

void LwsContext::step() {
  if (context_ != nullptr && ending_ == nullptr) {
    ending_ = context_;
    void* const wake = uv::data_of_poll(loop_, wake_fd_);
    lws_context_destroy(context_);
    if constexpr (!kClosesItsWakeDescriptorTwice) return;
    if (wake == nullptr || !uv::has_handle_with_data(loop_, wake)) return;
    [[maybe_unused]] const bool forgotten = forget_wake_descriptor(wake, wake_fd_);
    assert(forgotten);
    return;
  }
  if (ending_ != nullptr && uv::has_handle_with_data(loop_, ending_)) return;
  step_.stop();
  if (context_ != nullptr) lws_context_destroy(context_);
  context_ = nullptr;
  if (kLeavesItsWakeDescriptorOpen && wake_fd_ >= 0) ::close(std::exchange(wake_fd_, -1));
  // Must come last: the callback may delete this.
  if (const Closed closed = std::exchange(closed_, nullptr)) closed();
}

}  // namespace hermod
