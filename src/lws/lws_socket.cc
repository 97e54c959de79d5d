#include "lws/lws_socket.h"

#include <libwebsockets.h>
#include <sys/socket.h>

#include <cassert>
#include <utility>

namespace hermod {

void LwsSocket::attach(lws* wsi) {
  assert(wsi != nullptr);
  assert(!attached() || wsi_ == wsi);
  wsi_ = wsi;
}

bool LwsSocket::write(std::string_view bytes) {
  assert(attached());
  auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  if (lws_write(wsi_, data, bytes.size(), LWS_WRITE_RAW) < 0) return false;
  blocked_ = has_unsent();
  return true;
}

bool LwsSocket::has_unsent() const {
  assert(attached());
  return lws_partial_buffered(wsi_) != 0;
}

bool LwsSocket::unblock() {
  assert(blocked_);
  blocked_ = has_unsent();
  return !blocked_;
}

void LwsSocket::ask_to_write() {
  assert(attached());
  asked_ = true;
  lws_callback_on_writable(wsi_);
}

bool LwsSocket::take_request() {
  const bool asked = asked_;
  asked_ = false;
  return asked;
}

void LwsSocket::stop_reading() {
  if (attached()) lws_rx_flow_control(wsi_, 0);
}

void LwsSocket::end_output() {
  assert(attached());
  shutdown(fd_, SHUT_WR);
}

// LWS_TO_KILL_SYNC would call back inside the call; LWS_TO_KILL_ASYNC requires that the library's
// service is woken.
void LwsSocket::abort() {
  assert(attached());
  shutdown(fd_, SHUT_RDWR);  // otherwise the library tries for 5 s to send its output
  lws_set_timeout(wsi_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
  lws_cancel_service(lws_get_context(wsi_));
}

}  // namespace hermod
