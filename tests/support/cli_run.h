#pragma once
// Runs the command line inside the test, with its own streams and environment.

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "cli/cli.h"

namespace hermod::test {

struct CliRun {
  std::map<std::string, std::string> environment;
  std::string input;
  bool out_is_terminal = false;

  int status = -1;
  std::string out;
  std::string err;

  int operator()(std::vector<std::string> arguments) {
    std::istringstream in(input);
    std::ostringstream out_stream;
    std::ostringstream err_stream;
    cli::Terminal terminal{in, out_stream, err_stream,
                           [this](const std::string& name) -> std::optional<std::string> {
                             const auto found = environment.find(name);
                             if (found == environment.end()) return std::nullopt;
                             return found->second;
                           },
                           out_is_terminal};
    status = cli::run(std::move(arguments), terminal);
    out = out_stream.str();
    err = err_stream.str();
    return status;
  }
};

}  // namespace hermod::test
