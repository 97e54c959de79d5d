#pragma once
// Parses the frames that a client of the sub-protocol hermod.v1 sends (protocol section 3).

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/stream_id.h"
#include "hermod/result.h"

namespace hermod {

inline constexpr size_t kSeenIdsMax = 256;  // in one frame

// Malformed ids have no effect, and are left out.
struct SeenFrame {
  std::vector<StreamId> ids;
  StreamId up_to;  // null: only `ids`
};

struct AuthenticateFrame {
  std::string token;
};

struct UnknownFrame {};  // of a type that this version does not have; it is ignored

// The client gets this as the frame `error`.
struct MalformedFrame {
  ErrorCode code = ErrorCode::kValidation;
  std::string_view message;  // static storage
};

using ClientFrame = std::variant<UnknownFrame, SeenFrame, AuthenticateFrame, MalformedFrame>;

ClientFrame parse_client_frame(std::string_view text);

}  // namespace hermod
