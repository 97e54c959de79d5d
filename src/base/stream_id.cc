#include "base/stream_id.h"

#include <charconv>

namespace hermod {
namespace {

bool parse_number(std::string_view text, uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string to_string(StreamId stream_id) {
  return std::to_string(stream_id.ms) + '-' + std::to_string(stream_id.count);
}

std::optional<StreamId> parse_position(std::string_view text) {
  const size_t dash = text.find('-');
  StreamId stream_id;
  if (dash == std::string_view::npos || !parse_number(text.substr(0, dash), stream_id.ms) ||
      !parse_number(text.substr(dash + 1), stream_id.count)) {
    return std::nullopt;
  }
  return stream_id;
}

}  // namespace hermod
