#pragma once
// Appends one command in Redis' protocol (RESP) to a buffer, without a copy in between. The caller
// must add exactly `arguments` arguments.

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hermod {

class RedisCommand {
 public:
  RedisCommand(std::string& out, size_t arguments) : out_(out) { head('*', arguments); }

  // Adds one argument: the concatenation of `parts`.
  template <class... Parts>
  RedisCommand& add(const Parts&... parts) {
    head('$', (std::string_view(parts).size() + ...));
    (out_.append(std::string_view(parts)), ...);
    out_.append("\r\n");
    return *this;
  }

  RedisCommand& add_number(uint64_t number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return add(std::string_view(digits, static_cast<size_t>(end - digits)));
  }

 private:
  void head(char kind, size_t number) {
    char line[24];
    line[0] = kind;
    char* end = std::to_chars(line + 1, line + sizeof line - 2, number).ptr;
    *end++ = '\r';
    *end++ = '\n';
    out_.append(line, static_cast<size_t>(end - line));
  }

  std::string& out_;
};

}  // namespace hermod
