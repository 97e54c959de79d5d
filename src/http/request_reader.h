#pragma once
// Cuts the bytes of a connection into requests. A request is a head, and its body if the path
// accepts one; a body is never larger than a head, so both fit into one buffer. Each byte of a head
// is scanned once, however the head is split. Owned by Connection, which reads the socket.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/request_head.h"

namespace hermod {

class RequestReader {
 public:
  // How many bytes may be appended; the buffer holds at most kHeadBytesMax.
  size_t room() const { return kHeadBytesMax - bytes_.size(); }

  // Precondition: `bytes` fit into room().
  void append(std::string_view bytes);

  // kComplete: `request` is set. kPartial: more bytes are needed, and there is room for them. After
  // any other state, the reader must not be used again.
  struct Next {
    HeadState state = HeadState::kPartial;
    std::unique_ptr<RequestHead> request;
  };
  // Removes the next request. `body_bytes_max` returns the largest body that is read for a head; a
  // longer or chunked body stays unread.
  Next next(const std::function<size_t(const RequestHead&)>& body_bytes_max);

  // True after a complete request, until a byte of the next one arrives.
  bool between_requests() const { return any_ && bytes_.empty() && !awaiting_body_; }

  // Removes and returns the bytes that follow the last request.
  std::string take_rest();

 private:
  Next complete(std::unique_ptr<RequestHead> request);
  void drop(size_t bytes);

  std::string bytes_;
  HeadScan scan_;
  std::unique_ptr<RequestHead> awaiting_body_;  // its body is not complete yet
  bool any_ = false;                            // a request was complete
};

}  // namespace hermod
