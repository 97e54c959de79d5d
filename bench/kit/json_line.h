#pragma once
// Builds one JSON object on one line, field by field. It does not escape strings: all callers pass
// plain words.

#include <concepts>
#include <string>
#include <string_view>

namespace hermod::bench {

class JsonLine {
 public:
  JsonLine& add(std::string_view name, std::string_view text);
  JsonLine& add(std::string_view name, double number);
  JsonLine& add(std::string_view name, const JsonLine& object);

  template <std::integral T>
  JsonLine& add(std::string_view name, T number) {
    return add_raw(name, std::to_string(number));
  }

  std::string text() const { return "{" + fields_ + "}"; }

 private:
  JsonLine& add_raw(std::string_view name, std::string_view value);

  std::string fields_;
};

}  // namespace hermod::bench
