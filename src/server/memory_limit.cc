#include "server/memory_limit.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <fstream>
#include <string_view>

namespace hermod {
namespace {

uint64_t machine_bytes() {
  return static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

// A missing file and the word "max" mean that there is no limit.
uint64_t read_limit(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  uint64_t bytes = UINT64_MAX;
  if (!(file >> text)) return bytes;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  return error == std::errc() && bytes > 0 ? bytes : UINT64_MAX;
}

// The lowest limit of the group and its parents, up to the mount point of the hierarchy.
uint64_t lowest_limit(const std::string& mount, std::string_view group, std::string_view file) {
  uint64_t lowest = UINT64_MAX;
  for (;;) {
    std::string path = mount;
    path.append(group).append("/").append(file);
    lowest = std::min(lowest, read_limit(path));
    if (group.empty()) return lowest;
    group = group.substr(0, group.rfind('/'));
  }
}

bool names_memory(std::string_view controllers) {
  return ("," + std::string(controllers) + ",").find(",memory,") != std::string::npos;
}

}  // namespace

uint64_t memory_limit_bytes(const std::string& root) {
  uint64_t lowest = machine_bytes();
  std::ifstream groups(root + "/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // "0::/path" or "4:memory:/path"
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string_view controllers =
        std::string_view(line).substr(first + 1, second - first - 1);
    std::string_view group = std::string_view(line).substr(second + 1);
    if (group == "/" || !group.starts_with("/")) group = "";
    if (controllers.empty()) {
      lowest = std::min(lowest, lowest_limit(root + "/sys/fs/cgroup", group, "memory.max"));
    } else if (names_memory(controllers)) {
      lowest = std::min(
          lowest, lowest_limit(root + "/sys/fs/cgroup/memory", group, "memory.limit_in_bytes"));
    }
  }
  assert(lowest > 0);
  return lowest;
}

}  // namespace hermod
