#pragma once
// The stages of an HTTP connection: each is named after what the connection waits for, and has a
// time limit. Connection enters them; ConnectionTable has a list for each.

#include <cstddef>
#include <cstdint>

namespace hermod {

enum class Stage : uint8_t {
  kHead,           // the first request after accept, or the rest of a later request
  kNextIteration,  // the next loop iteration, after a response in this one
  kCheck,          // its position in the CheckQueue, to verify the signature of its token
  kPage,           // the page, which answers later
  kIdle,           // the next request
  kResponse,       // the client to read the response
  kLinger,         // the client to close, so that the response is not lost to a reset
};
inline constexpr size_t kStageCount = 7;

// Whether a connection that has a complete request may enter `to`.
constexpr bool follows_request(Stage to) {
  return to == Stage::kCheck || to == Stage::kPage || to == Stage::kResponse;
}

// Whether the request is complete, and the response is not written yet.
constexpr bool in_progress(Stage stage) {
  return stage == Stage::kPage || stage == Stage::kResponse;
}

// Whether a connection in `from` may enter `to`. In any stage it may end; in the stages in which a
// request is complete, it may become a WebSocket.
constexpr bool may_enter(Stage from, Stage to) {
  switch (from) {
    case Stage::kHead:
      return follows_request(to);
    case Stage::kNextIteration:
      return to == Stage::kIdle || to == Stage::kHead || follows_request(to);
    case Stage::kIdle:
      return to == Stage::kHead || follows_request(to);
    case Stage::kCheck:
    case Stage::kPage:
      return to == Stage::kResponse;
    case Stage::kResponse:
      return to == Stage::kNextIteration || to == Stage::kLinger;
    case Stage::kLinger:
      return false;
  }
  return false;
}

}  // namespace hermod
