#include "base/stream_id.h"

#include "base/parse.h"

namespace hermod {

std::string to_string(StreamId stream_id) {
  return std::to_string(stream_id.ms) + '-' + std::to_string(stream_id.count);
}

std::optional<StreamId> parse_stream_id(std::string_view text) {
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto ms = parse_number<uint64_t>(text.substr(0, dash));
  const auto count = parse_number<uint64_t>(text.substr(dash + 1));
  if (!ms || !count) return std::nullopt;
  return StreamId{*ms, *count};
}

}  // namespace hermod
