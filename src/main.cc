// The process: its arguments, its streams and its environment, handed to the command line.

#include <iostream>

#include "cli/cli.h"
#include "server/option_loader.h"

int main(int count, char** values) {
  std::ios::sync_with_stdio(false);
  hermod::cli::Terminal terminal{std::cin, std::cout, std::cerr, hermod::process_environment};
  return hermod::cli::run({values + 1, values + count}, terminal);
}
