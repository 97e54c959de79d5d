#include "cli/startup_code.h"

#include <malloc.h>
#include <sys/mman.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace hermod::cli {
namespace {

struct Mapping {
  unsigned long begin = 0;
  unsigned long end = 0;
  bool as_its_file = false;  // its pages can be read from the file again
};

// Parses "7f00-8f00 r-xp 0000 fe:00 1234   /lib/x.so". Only read-only mappings of files count.
Mapping mapping_of(const std::string& line) {
  Mapping mapping;
  char rights[5] = "";
  unsigned long inode = 0;
  const int fields = std::sscanf(line.c_str(), "%lx-%lx %4s %*x %*s %lu", &mapping.begin,
                                 &mapping.end, rights, &inode);
  mapping.as_its_file = fields == 4 && rights[1] != 'w' && inode != 0;
  return mapping;
}

// A page that was written to differs from the file, in memory or in swap: because of a breakpoint,
// a kernel probe, or a relocated address.
bool reports_a_change(const std::string& line) {
  if (!line.starts_with("Anonymous:") && !line.starts_with("Swap:")) return false;
  return line.find_first_of("123456789") != std::string::npos;
}

std::vector<Mapping> read_mappings() {
  std::vector<Mapping> mappings;
  std::ifstream file("/proc/self/smaps");
  for (std::string line; std::getline(file, line);) {
    // Field names begin with a capital letter; addresses are in lower case.
    const bool is_field = !line.empty() && line.front() >= 'A' && line.front() <= 'Z';
    if (!is_field) {
      mappings.push_back(mapping_of(line));
    } else if (!mappings.empty() && reports_a_change(line)) {
      mappings.back().as_its_file = false;
    }
  }
  return mappings;
}

}  // namespace

void release_startup_code() {
  for (const Mapping& mapping : read_mappings()) {
    if (!mapping.as_its_file) continue;
    madvise(reinterpret_cast<void*>(mapping.begin), mapping.end - mapping.begin, MADV_DONTNEED);
  }
  malloc_trim(0);
}

}  // namespace hermod::cli
