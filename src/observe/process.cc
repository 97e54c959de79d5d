#include "observe/process.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <limits>
#include <string>

namespace hermod {
namespace {

constexpr uint64_t kCountedDescriptorsMax = 4096;  // counting these takes about a millisecond

// The fields of /proc/self/stat from the third one on. The second field, the name of the program,
// may contain any character; it ends at the last ')'.
struct ProcStat {
  static constexpr int kStartTimeField = 22;
  static constexpr int kVirtualBytesField = 23;
  static constexpr int kResidentPagesField = 24;
  uint64_t start_ticks = 0;
  uint64_t virtual_bytes = 0;
  uint64_t resident_pages = 0;
};

ProcStat read_stat() {
  ProcStat stat;
  std::ifstream file("/proc/self/stat");
  file.ignore(std::numeric_limits<std::streamsize>::max(), ')');
  std::string word;
  for (int field = 3; field <= ProcStat::kResidentPagesField && file >> word; ++field) {
    if (field < ProcStat::kStartTimeField) continue;
    const uint64_t value = std::stoull(word);
    if (field == ProcStat::kStartTimeField) stat.start_ticks = value;
    if (field == ProcStat::kVirtualBytesField) stat.virtual_bytes = value;
    if (field == ProcStat::kResidentPagesField) stat.resident_pages = value;
  }
  return stat;
}

// Returns the value of a line "Name: value" or "name value".
uint64_t read_entry(const char* path, std::string_view name) {
  std::ifstream file(path);
  std::string word;
  while (file >> word) {
    uint64_t value = 0;
    if (word == name && file >> value) return value;
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return 0;
}

std::optional<uint64_t> count_descriptors() {
  struct stat status {};
  if (stat("/proc/self/fd", &status) == 0 && status.st_size > 0) {
    return static_cast<uint64_t>(status.st_size);  // the number of descriptors, since Linux 6.2
  }
  if (read_entry("/proc/self/status", "FDSize:") > kCountedDescriptorsMax) return std::nullopt;
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return std::nullopt;
  uint64_t entries = 0;
  while (readdir(directory) != nullptr) ++entries;
  closedir(directory);
  return entries - 3;  // ".", ".." and the descriptor of the directory
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ProcessUsage read_process_usage() {
  ProcessUsage usage;
  const ProcStat stat = read_stat();
  static const uint64_t kBootTime = read_entry("/proc/stat", "btime");
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  usage.start_time_seconds =
      static_cast<double>(kBootTime) + static_cast<double>(stat.start_ticks) / ticks;
  usage.virtual_bytes = stat.virtual_bytes;
  usage.resident_bytes = stat.resident_pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  usage.descriptors = count_descriptors();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) usage.descriptors_max = limit.rlim_cur;
  rusage times{};
  if (getrusage(RUSAGE_SELF, &times) == 0) {
    usage.cpu_seconds = seconds(times.ru_utime) + seconds(times.ru_stime);
  }
  return usage;
}

}  // namespace hermod
