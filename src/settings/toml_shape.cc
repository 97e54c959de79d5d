// One pass recognizes strings and comments as TOML 1.0 defines them, and counts outside them. If
// the text is not TOML, the count may be wrong, but only after the point at which the parser stops:
// an unterminated string at the end of a line is an error there.

#include "settings/toml_shape.h"

#include <algorithm>
#include <cassert>
#include <string>

namespace hermod {
namespace {

class TomlShape {
 public:
  TomlShape(std::string_view text, const TomlLimits& limits) : text_(text), limits_(limits) {}

  Result<void> check() {
    if (auto lines = check_lines(); !lines) return lines;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        skip_string(c);
        continue;
      }
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
        continue;
      }
      count(c);
      if (dots_ > limits_.dots_max) {
        return too_many("more than " + std::to_string(limits_.dots_max) +
                        " dots outside strings: the key of a setting contains none");
      }
      if (nesting_ > limits_.nesting_max) {
        return too_many("lists or tables nested more than " + std::to_string(limits_.nesting_max) +
                        " deep: a setting is a value or a list of strings");
      }
      ++at_;
    }
    return {};
  }

 private:
  Result<void> check_lines() {
    for (size_t start = 0; start < text_.size();) {
      const size_t end = std::min(text_.find('\n', start), text_.size());
      at_ = start;
      if (end - start > limits_.line_bytes_max) {
        return too_many("a line of more than " + std::to_string(limits_.line_bytes_max) + " bytes");
      }
      start = end + 1;
    }
    at_ = 0;
    return {};
  }

  Error too_many(const std::string& what) const {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<long>(at_), '\n');
    return {ErrorCode::kConfiguration, "has, at line " + std::to_string(line) + ", " + what};
  }

  void count(char c) {
    if (c == '.') ++dots_;
    if (c == '[' || c == '{') ++nesting_;
    if ((c == ']' || c == '}') && nesting_ > 0) --nesting_;
  }

  void skip_string(char quote) {
    assert(text_[at_] == quote);
    const std::string three(3, quote);
    const bool many_lines = text_.substr(at_).starts_with(three);
    at_ += many_lines ? 3 : 1;
    while (at_ < text_.size()) {
      if (text_[at_] == '\\' && quote == '"') {
        at_ += 2;
      } else if (many_lines && text_.substr(at_).starts_with(three)) {
        at_ += 3;
        // Up to two quotes that belong to the string may precede the three that close it.
        for (int i = 0; i < 2 && at_ < text_.size() && text_[at_] == quote; ++i) ++at_;
        return;
      } else if (!many_lines && (text_[at_] == quote || text_[at_] == '\n')) {
        ++at_;
        return;
      } else {
        ++at_;
      }
    }
  }

  std::string_view text_;
  const TomlLimits& limits_;
  size_t at_ = 0;
  size_t dots_ = 0;
  size_t nesting_ = 0;
};

}  // namespace

Result<void> check_toml_shape(std::string_view text, const TomlLimits& limits) {
  return TomlShape(text, limits).check();
}

}  // namespace hermod
