#include "kit/flags.h"

#include <cstdio>
#include <cstdlib>

namespace hermod::bench {

Flags::Flags(int argc, char** argv, std::string_view usage) : usage_(usage) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--help") {
      std::fwrite(usage_.data(), 1, usage_.size(), stdout);
      std::exit(0);
    }
    if (!flag.starts_with("--") || !known(flag)) refuse("unknown flag: " + std::string(flag));
    const bool has_value = i + 1 < argc && !std::string_view(argv[i + 1]).starts_with("--");
    values_[std::string(flag.substr(2))] = has_value ? argv[++i] : "";
  }
}

bool Flags::known(std::string_view flag) const {
  const std::string line = "\n  " + std::string(flag);
  const size_t at = usage_.find(line + " ");
  return at != std::string::npos || usage_.find(line + "\n") != std::string::npos;
}

void Flags::refuse(std::string_view why) const {
  std::fprintf(stderr, "%.*s\n%s", static_cast<int>(why.size()), why.data(), usage_.c_str());
  std::exit(2);
}

std::string Flags::text(const std::string& name, std::string_view fallback) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string(fallback) : found->second;
}

double Flags::number(const std::string& name, double fallback) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return fallback;
  char* end = nullptr;
  const double value = std::strtod(found->second.c_str(), &end);
  if (end == found->second.c_str() || *end != '\0' || value < 0) {
    refuse("--" + name + " must be a number, 0 or more");
  }
  return value;
}

uint64_t Flags::count(const std::string& name, uint64_t fallback) const {
  return static_cast<uint64_t>(number(name, static_cast<double>(fallback)));
}

}  // namespace hermod::bench
