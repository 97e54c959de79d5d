#pragma once
// A text's place in its user's history: the id of its entry in the user's Redis stream (contract
// section 2). `ms` is Redis time when it was routed; `count` numbers the user's texts one by one,
// so a jump of more than one between two neighbours is a text that was missed. Places of one user
// are totally ordered; a null place (0-0) stands for "none": a foreign text, or no mark.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hermod {

struct Place {
  uint64_t ms = 0;
  uint64_t count = 0;

  auto operator<=>(const Place&) const = default;
  explicit operator bool() const { return ms != 0 || count != 0; }
};

std::string to_string(Place place);                       // "1719561600000-12"
std::optional<Place> parse_place(std::string_view text);  // nothing but the form above

}  // namespace hermod
