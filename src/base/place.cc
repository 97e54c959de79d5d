#include "base/place.h"

#include <charconv>

namespace hermod {
namespace {

bool parse_number(std::string_view text, uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string to_string(Place place) {
  return std::to_string(place.ms) + '-' + std::to_string(place.count);
}

std::optional<Place> parse_place(std::string_view text) {
  const size_t dash = text.find('-');
  Place place;
  if (dash == std::string_view::npos || !parse_number(text.substr(0, dash), place.ms) ||
      !parse_number(text.substr(dash + 1), place.count)) {
    return std::nullopt;
  }
  return place;
}

}  // namespace hermod
