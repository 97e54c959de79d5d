#include "base/text_flaw.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace hermod {
namespace {

constexpr std::string_view kAscii = " \t\r\n\v\f";

// Unicode characters that an editor shows as a space or not at all.
constexpr std::array<std::string_view, 5> kBlanks = {"\xc2\xa0",      // no-break space
                                                     "\xe2\x80\x8b",  // zero width space
                                                     "\xe2\x80\xa8",  // line separator
                                                     "\xe3\x80\x80",  // ideographic space
                                                     kByteOrderMark};

struct Quotes {
  std::string_view open, close;
};
constexpr std::array<Quotes, 6> kQuotes = {{{"\"", "\""},
                                            {"'", "'"},
                                            {"`", "`"},
                                            {"\xe2\x80\x9c", "\xe2\x80\x9d"},
                                            {"\xe2\x80\x98", "\xe2\x80\x99"},
                                            {"\xe2\x80\x9e", "\xe2\x80\x9c"}}};
constexpr std::array<Quotes, 3> kPlaceholders = {{{"${", "}"}, {"$(", ")"}, {"{{", "}}"}}};

bool is_between(std::string_view text, const Quotes& quotes) {
  return text.size() >= quotes.open.size() + quotes.close.size() && text.starts_with(quotes.open) &&
         text.ends_with(quotes.close);
}

bool is_binary(std::string_view text) {
  const auto is_control = [](unsigned char c) {
    return c == 0x7f || (c < 0x20 && kAscii.find(static_cast<char>(c)) == std::string_view::npos);
  };
  return !is_utf8(text) || std::ranges::any_of(text, is_control);
}

}  // namespace

std::string_view text_flaw(std::string_view text) {
  if (text.empty() || is_binary(text)) return {};
  if (text.starts_with(kByteOrderMark)) return "begins with a byte order mark";
  if (text.back() == '\r') return "ends with a carriage return";
  const auto is_at_an_end = [text](std::string_view blank) {
    return text.starts_with(blank) || text.ends_with(blank);
  };
  if (kAscii.find(text.front()) != std::string_view::npos ||
      kAscii.find(text.back()) != std::string_view::npos ||
      std::ranges::any_of(kBlanks, is_at_an_end)) {
    return "begins or ends with a blank";
  }
  const auto has = [text](const Quotes& quotes) { return is_between(text, quotes); };
  if (std::ranges::any_of(kQuotes, has)) return "is in quotes";
  if (std::ranges::any_of(kPlaceholders, has)) return "is a placeholder that was not filled in";
  return {};
}

}  // namespace hermod
