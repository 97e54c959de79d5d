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
  kIdle,           // the next request
  kResponse,       // the client to read the response
  kLinger,         // the client to close, so that the response is not lost to a reset
};
inline constexpr size_t kStageCount = 6;

// Whether a connection in `from` may enter `to`. In any stage it may end; in the stages in which a
// request is complete, it may become a WebSocket.
constexpr bool may_enter(Stage from, Stage to) {
  switch (from) {
    case Stage::kHead:
      return to == Stage::kCheck || to == Stage::kResponse;
    case Stage::kNextIteration:
      return to == Stage::kIdle || to == Stage::kHead || to == Stage::kCheck ||
             to == Stage::kResponse;
    case Stage::kIdle:
      return to == Stage::kHead || to == Stage::kCheck || to == Stage::kResponse;
    case Stage::kCheck:
      return to == Stage::kResponse;
    case Stage::kResponse:
      return to == Stage::kNextIteration || to == Stage::kLinger;
    case Stage::kLinger:
      return false;
  }
  return false;
}

}  // namespace hermod
