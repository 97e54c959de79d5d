#pragma once
// Parses command lines of the form --name value, or --name alone for a switch.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace hermod::bench {

class Flags {
 public:
  // A flag is known if a line of `usage` begins with two spaces and the flag. --help prints `usage`
  // and exits with 0. An unknown flag or an invalid value prints `usage` and exits with 2.
  Flags(int argc, char** argv, std::string_view usage);

  std::string text(const std::string& name, std::string_view fallback) const;
  double number(const std::string& name, double fallback) const;
  uint64_t count(const std::string& name, uint64_t fallback) const;
  bool has(const std::string& name) const { return values_.count(name) != 0; }

 private:
  bool known(std::string_view flag) const;
  [[noreturn]] void refuse(std::string_view why) const;

  std::string usage_;
  std::map<std::string, std::string> values_;
};

}  // namespace hermod::bench
