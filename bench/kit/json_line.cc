#include "kit/json_line.h"

#include <cmath>
#include <cstdio>

namespace hermod::bench {

JsonLine& JsonLine::add(std::string_view name, std::string_view text) {
  return add_raw(name, '"' + std::string(text) + '"');
}

JsonLine& JsonLine::add(std::string_view name, double number) {
  if (!std::isfinite(number)) return add_raw(name, "null");
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.6g", number);
  return add_raw(name, digits);
}

JsonLine& JsonLine::add(std::string_view name, const JsonLine& object) {
  return add_raw(name, object.text());
}

JsonLine& JsonLine::add_raw(std::string_view name, std::string_view value) {
  if (!fields_.empty()) fields_ += ',';
  fields_.append("\"").append(name).append("\":").append(value);
  return *this;
}

}  // namespace hermod::bench
