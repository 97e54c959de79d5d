// The entry point: passes arguments, standard streams and environment to the command line.

#include <fcntl.h>
#include <unistd.h>

#include <iostream>

#include "cli/cli.h"
#include "settings/environment.h"

namespace {

// Opens /dev/null for each standard descriptor that is closed. Otherwise a descriptor of the loop
// would become 0, 1 or 2, and log lines would be written to it. A closed stream stays unusable:
// reading from 0 and writing to 1 still fail.
bool take_standard_descriptors() {
  constexpr int kModes[] = {O_WRONLY, O_RDONLY, O_WRONLY};
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    // All lower descriptors are open, so open() returns this one.
    if (::fcntl(fd, F_GETFD) == -1 && ::open("/dev/null", kModes[fd]) != fd) return false;
  }
  return true;
}

}  // namespace

int main(int count, char** values) {
  if (!take_standard_descriptors()) return hermod::cli::kFailed;
  std::ios::sync_with_stdio(false);
  hermod::cli::Terminal terminal{std::cin,
                                 std::cout,
                                 std::cerr,
                                 hermod::process_variable,
                                 ::isatty(STDOUT_FILENO) == 1,
                                 hermod::process_variable_names};
  return hermod::cli::run({values + 1, values + count}, terminal);
}
