#include "base/process_id.h"

#include <unistd.h>

#include <array>
#include <cstdio>

#include "base/random.h"

namespace hermod {
namespace {

bool is_allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-';
}

}  // namespace

std::string host_name() {
  std::array<char, 65> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "unknown";
  std::string text(name.data());
  for (char& c : text) {
    if (!is_allowed(c)) c = '-';
  }
  return text;
}

std::string make_process_id() {
  std::array<char, 9> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x", static_cast<unsigned>(random_u64()));
  return host_name() + "." + digits.data();
}

}  // namespace hermod
