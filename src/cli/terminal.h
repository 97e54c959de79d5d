#pragma once
// The interface between a command and its surroundings: three streams and the environment. main.cc
// passes those of the process, a test passes its own.

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "hermod/result.h"

namespace hermod::cli {

struct Terminal {
  std::istream& in;
  std::ostream& out;  // only the output that protocol section 7 defines for the command
  std::ostream& err;
  std::function<std::optional<std::string>(const std::string& name)> environment;
  bool out_is_terminal = false;  // then control characters must be escaped
  std::function<std::vector<std::string>()> environment_names = nullptr;
};

enum Exit { kOk = 0, kFailed = 1, kUsage = 2 };

// Prints the error to `err`. Returns kUsage if the arguments or the configuration are invalid,
// otherwise kFailed.
int fail(Terminal& terminal, const Error& error);

}  // namespace hermod::cli
