// WsPeer: the end of a connection. The end is initiated by hermod (close, close_for_shutdown), by
// the client (on_client_close), by the library because of a protocol violation (on_library_close),
// or by drop() without a close frame. on_closed() is called last in all cases.
//
// After a protocol violation, the client's answer is not awaited (RFC 6455 section 7.1.7): the
// library's parser stops at the violation and would not see it. Our side of the socket is shut
// down, and the connection ends at the client's end of file.
//
// Behaviour of the library (4.1) that determines this code:
// - The library sends hermod's close frame like any other bytes, after its unsent output. The
//   client's answer arrives as a close that the client initiates; the socket is closed there.
// - LWS_TO_KILL_SYNC would call back inside the call, so drop() uses LWS_TO_KILL_ASYNC, which
//   requires that the library's service is woken.
#include <libwebsockets.h>
#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/text.h"
#include "lws/socket_state.h"
#include "ws/close_reason.h"
#include "ws/ws_peer.h"

namespace hermod {
namespace {

constexpr uint16_t kNoCode = 1005;    // RFC 6455 section 7.4.1: close frame without a code
constexpr uint16_t kVanished = 1006;  // no close frame

constexpr std::string_view kLastPing = "last";  // other pings have numbers as payload

// The time that the library has to pass its close frame to the kernel before our side is shut down.
constexpr int64_t kFaultLingerMs = 100;

// The codes that an endpoint may send: RFC 6455 section 7.4 and the registry that it defines.
bool is_sendable(uint16_t code) {
  if (code >= 3000) return code <= 4999;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

uint16_t code_of(std::string_view payload) {
  if (payload.size() < 2) return kNoCode;
  return static_cast<uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                               static_cast<unsigned char>(payload[1]));
}

}  // namespace

void WsPeer::close(CloseCode code, ErrorCode error, std::string_view message) {
  if (state_ != State::kOpen) return;
  shared_.quota_queue.end(*this, error);
  send_close(code, build_close_reason({error, message, correlation_id(), std::nullopt}));
}

void WsPeer::close_for_shutdown(std::string_view message, int64_t retry_after_ms) {
  if (state_ != State::kOpen) return;
  shared_.quota_queue.end(*this, ErrorCode::kServiceUnavailable);
  send_close(CloseCode::kGoingAway, build_close_reason({ErrorCode::kServiceUnavailable, message,
                                                        correlation_id(), retry_after_ms}));
}

void WsPeer::send_close(CloseCode code, std::string_view reason) {
  const auto number = static_cast<uint16_t>(code);
  begin_closing(number);
  std::string frames;
  append_last_ping(frames);
  append_frame(frames, Opcode::kClose, build_close_payload(number, reason));
  write(frames);
}

// The client's close frame alone does not prove delivery: it may have crossed ours. The pong to
// this ping does.
void WsPeer::append_last_ping(std::string& out) {
  const StreamId stream_id = session_.unconfirmed();
  if (!stream_id) return;
  ending_->user = user();
  ending_->stream_id = stream_id;
  append_frame(out, Opcode::kPing, kLastPing);
}

void WsPeer::on_last_pong(std::string_view payload) {
  if (!ending_->stream_id || payload != kLastPing) return;
  shared_.hub.confirm_after(ending_->user, std::exchange(ending_->stream_id, StreamId{}));
}

void WsPeer::begin_closing(uint16_t code) {
  assert(state_ == State::kOpen);
  shared_.quota_queue.end(*this, ErrorCode::kConnection);
  state_ = State::kClosing;
  code_ = code;
  ending_ = std::make_unique<Ending>();
  ending_->close_by_ms = shared_.now().steady_ms + shared_.options.close_timeout_ms;
  shared_.wheel.set(*this, ending_->close_by_ms);
  wake();  // leaves the hub later: the hub may be the caller
}

int WsPeer::on_client_close(std::string_view payload) {
  if (state_ != State::kOpen) return -1;  // the answer to our close frame
  const uint16_t code = code_of(payload);
  if (payload.size() == 1 || (code != kNoCode && !is_sendable(code))) {
    fail(CloseCode::kProtocolError, "invalid close code");
    return -1;
  }
  if (payload.size() > 2 && !is_utf8(payload.substr(2))) {
    fail(CloseCode::kInvalidData, "text is not UTF-8");
    return -1;
  }
  const bool too_big = code == static_cast<uint16_t>(CloseCode::kTooBig);
  if (too_big) shared_.hub.on_payload_refused(session_);
  begin_closing(code);
  // The library answers the close frame, unless the rest of the refused message is still unsent;
  // the client need not read that.
  return too_big && lws_partial_buffered(wsi_) != 0 ? -1 : 0;
}

void WsPeer::on_library_close(std::string_view payload) {
  if (state_ != State::kOpen) {
    // Otherwise the library would send its own close frame after ours, or into a socket that is
    // being dropped.
    if (wsi_ != nullptr && lws_partial_buffered(wsi_) == 0)
      shutdown(lws_get_socket_fd(wsi_), SHUT_WR);
    return;
  }
  if (payload.size() < 2) {
    // The library sends no close frame for some violations (an oversized control frame), or if the
    // client has disconnected.
    if (peer_is_there(lws_get_socket_fd(wsi_))) fail(CloseCode::kProtocolError, "invalid frame");
    return;
  }
  if (reply_) write_last(*reply_);
  begin_closing(code_of(payload));
  ending_->at_fault = true;
  shared_.wheel.set(*this, shared_.now().steady_ms + kFaultLingerMs);
}

void WsPeer::fail(CloseCode code, std::string_view message) {
  std::string out;
  if (reply_) out = *reply_;
  const auto number = static_cast<uint16_t>(code);
  append_frame(out, Opcode::kClose,
               build_close_payload(number, build_close_reason({ErrorCode::kValidation, message,
                                                               correlation_id(), std::nullopt})));
  write_last(out);
  begin_closing(number);
}

void WsPeer::write_last(std::string_view bytes) {
  auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  lws_write(wsi_, data, bytes.size(), LWS_WRITE_RAW);  // on failure the socket is closed anyway
  reply_.reset();
}

void WsPeer::on_closing_due(int64_t now_ms) {
  const int64_t close_by_ms = ending_->close_by_ms;
  if (now_ms >= close_by_ms) {
    ++shared_.stats.limits_struck["close_timeout"];
    return drop();
  }
  if (ending_->at_fault && lws_partial_buffered(wsi_) != 0) {
    return shared_.wheel.set(*this, std::min(now_ms + kFaultLingerMs, close_by_ms));
  }
  if (std::exchange(ending_->at_fault, false)) shutdown(lws_get_socket_fd(wsi_), SHUT_WR);
  shared_.wheel.set(*this, close_by_ms);
}

void WsPeer::drop() {
  if (state_ == State::kDropped || state_ == State::kClosed || wsi_ == nullptr) return;
  shared_.quota_queue.end(*this, ErrorCode::kConnection);
  state_ = State::kDropped;
  shared_.wheel.cancel(*this);
  wake();
  shutdown(fd_, SHUT_RDWR);  // otherwise the library tries for 5 s to send its output
  lws_set_timeout(wsi_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
  lws_cancel_service(lws_get_context(wsi_));
}

void WsPeer::on_closed() {
  if (state_ == State::kClosed) return;
  const bool was_established = since_ms_ >= 0;
  shared_.quota_queue.end(*this, ErrorCode::kConnection);
  state_ = State::kClosed;
  shared_.wheel.cancel(*this);
  leave_hub();
  wsi_ = nullptr;
  if (!was_established) {
    shared_.stats.count_refusal(to_string(ErrorCode::kConnection));
    return;
  }
  ++shared_.stats.close_codes[close_code_label(code_ == 0 ? kVanished : code_)];
  if (!joined_) return;
  joined_ = false;
  shared_.hub.observers().on_disconnected(id_, session_, code_ == 0 ? kVanished : code_);
  ++shared_.stats.connections_closed;
  --shared_.stats.connections_active;
  const int64_t lasted_ms = shared_.now().steady_ms - since_ms_;
  shared_.stats.connection_seconds.add(static_cast<double>(lasted_ms) / 1000);
  if (session_.trace() != nullptr) trace_disconnect();
  shared_.log.debug("a client disconnected", {{"connection", id_}, {"code", code_}});
}

void WsPeer::leave_hub() {
  if (!session_.joined()) return;
  if (shared_.quota_queue.empty()) return shared_.hub.leave(session_);
  const std::string user(session_.user());
  shared_.hub.leave(session_);
  shared_.quota_queue.on_left(user);
}

// A connection may last for a day, so its trace has two short spans, connect and disconnect.
// Deliveries link to the first one.
Span WsPeer::begin_connect() {
  Span span = shared_.options.tracer->begin({"hermod.connect", SpanKind::kServer});
  span.set("hermod.connection", id_);
  span.set("correlation_id", correlation_id());
  return span;
}

void WsPeer::trace_disconnect() {
  const ConnectionTrace& trace = *session_.trace();
  Tracer& tracer = *shared_.options.tracer;
  Span span = tracer.begin({"hermod.disconnect", SpanKind::kInternal, trace.context});
  span.set("hermod.connection", id_);
  span.set("user.id", trace.user);
  span.set("hermod.close_code", code_ == 0 ? kVanished : code_);
  span.set("hermod.lasted_ms", shared_.now().steady_ms - since_ms_);
  tracer.end(span);
}

}  // namespace hermod
