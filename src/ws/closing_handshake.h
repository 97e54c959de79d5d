#pragma once
// The closing of one connection, from the first close frame of either side to the end of its
// socket. WsPeer owns it, and creates it with that frame, because few connections close at the same
// time. The time is an argument.
//
// hermod's close frame follows a last ping. The client's close frame alone does not prove delivery,
// because it may have crossed ours; the pong to this ping does.
//
// After a protocol violation, the client's answer is not awaited (RFC 6455 section 7.1.7): the
// library's parser stops at the violation and would not see it. Our side of the socket is shut
// down, and the connection ends at the client's end of file.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/stream_id.h"

namespace hermod {

class ClosingHandshake {
 public:
  enum class State : uint8_t {
    kAwaitAnswer,  // the client's close frame ends the connection
    kLinger,       // the library still passes its close frame to the kernel
    kAwaitEnd,     // our side is shut down; the client's end of file ends the connection
    kTimedOut,     // the socket is being closed
  };

  // `code` is that of the first close frame.
  ClosingHandshake(uint16_t code, int64_t close_by_ms) : close_by_ms_(close_by_ms), code_(code) {}

  uint16_t code() const { return code_; }
  State state() const { return state_; }
  int64_t due_ms() const { return due_ms_ != 0 ? due_ms_ : close_by_ms_; }

  // The first close frame is the client's: with 1000 or 1001, it left on purpose.
  void on_client_code(uint16_t code);
  bool clean() const { return clean_; }

  // Appends a ping whose pong confirms that `user` received everything up to `stream_id`.
  void append_last_ping(std::string_view user, StreamId stream_id, std::string& out);

  // Returns the stream id that this pong confirms, or null.
  StreamId confirmed_by(std::string_view pong_payload);
  const std::string& user() const { return user_; }  // of append_last_ping()

  // Counts a piece of a message that the client sends in the meantime. False: it sends too much.
  [[nodiscard]] bool admit(size_t bytes, size_t bytes_max);

  // The client violated the protocol, and the library answers with a close frame.
  void begin_linger(int64_t now_ms);

  // The deadline has passed. kAwaitEnd: shut down our side now. kTimedOut: close the socket.
  // Otherwise there is a new deadline.
  State on_due(int64_t now_ms, bool has_unsent);

 private:
  void enter(State next);

  int64_t close_by_ms_;
  int64_t due_ms_ = 0;           // an earlier deadline, or 0
  uint32_t received_bytes_ = 0;  // each piece counts one more, so that empty ones count
  uint16_t code_;
  State state_ = State::kAwaitAnswer;
  bool clean_ = false;
  std::string user_;
  StreamId stream_id_;  // null: nothing is to be confirmed
};

}  // namespace hermod
