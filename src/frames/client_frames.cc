#include "frames/client_frames.h"

#include <simdjson.h>

namespace hermod {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr MalformedFrame kNotJson{ErrorCode::kParsing, "a frame must be JSON"};
constexpr MalformedFrame kNoType{ErrorCode::kValidation,
                                 "a frame must be a JSON object with a string \"type\""};
constexpr MalformedFrame kIds{ErrorCode::kValidation, "\"ids\" must be a list of 1 to 256 strings"};
constexpr MalformedFrame kUpTo{ErrorCode::kValidation, "\"up_to\" must be a string"};
constexpr MalformedFrame kNothingSeen{ErrorCode::kValidation, "seen needs \"ids\" or \"up_to\""};
constexpr MalformedFrame kToken{ErrorCode::kValidation, "authenticate needs a string \"token\""};

// Returns false if the element is not a list of 1 to 256 strings.
bool read_ids(const element& list, std::vector<StreamId>& ids) {
  simdjson::dom::array array;
  if (list.get(array) != simdjson::SUCCESS) return false;
  if (array.size() == 0 || array.size() > kSeenIdsMax) return false;
  for (const element one : array) {
    std::string_view text;
    if (one.get(text) != simdjson::SUCCESS) return false;
    const StreamId id = parse_stream_id(text).value_or(StreamId{});
    if (id) ids.push_back(id);
  }
  return true;
}

ClientFrame read_seen(const object& frame) {
  SeenFrame seen;
  element ids, up_to;
  const bool has_ids = frame["ids"].get(ids) == simdjson::SUCCESS;
  const bool has_up_to = frame["up_to"].get(up_to) == simdjson::SUCCESS;
  if (!has_ids && !has_up_to) return kNothingSeen;
  if (has_ids && !read_ids(ids, seen.ids)) return kIds;
  std::string_view text;
  if (has_up_to && up_to.get(text) != simdjson::SUCCESS) return kUpTo;
  if (has_up_to) seen.up_to = parse_stream_id(text).value_or(StreamId{});
  return seen;
}

}  // namespace

ClientFrame parse_client_frame(std::string_view text) {
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return kNotJson;
  object frame;
  std::string_view type;
  if (root.get(frame) != simdjson::SUCCESS) return kNoType;
  if (frame["type"].get(type) != simdjson::SUCCESS) return kNoType;
  if (type == "seen") return read_seen(frame);
  if (type != "authenticate") return UnknownFrame{};
  std::string_view token;
  if (frame["token"].get(token) != simdjson::SUCCESS) return kToken;
  return AuthenticateFrame{std::string(token)};
}

}  // namespace hermod
