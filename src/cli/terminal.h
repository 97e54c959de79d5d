#pragma once
// What a verb sees of the world: its three streams and its environment. The process's own in
// main.cc, a test's in a test.

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "hermod/result.h"

namespace hermod::cli {

struct Terminal {
  std::istream& in;
  std::ostream& out;  // what protocol section 7 defines for the verb, only
  std::ostream& err;
  std::function<std::optional<std::string>(const std::string& name)> environment;
  bool out_is_terminal = false;  // and so obeys control characters
  std::function<std::vector<std::string>()> environment_names = nullptr;
};

enum Exit { kOk = 0, kFailed = 1, kUsage = 2 };

// Says the error's sentence; kUsage where it lies in what was asked or configured, else kFailed.
int fail(Terminal& terminal, const Error& error);

}  // namespace hermod::cli
