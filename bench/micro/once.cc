// micro_once PATH N runs one path N times and nothing else, for counting instructions. Without
// arguments, it prints the names of the paths.

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "micro/path.h"

int main(int argc, char** argv) {
  for (const hermod::bench::Path& path : hermod::bench::paths()) {
    if (argc < 3) {
      std::printf("%s\n", std::string(path.name).c_str());
    } else if (path.name == argv[1]) {
      const auto operation = path.make();
      for (long left = std::atol(argv[2]); left > 0; --left) operation->run();
      return 0;
    }
  }
  return argc < 3 ? 0 : 2;
}
