#pragma once
// Resource usage of this process, from /proc, for the process metrics that Prometheus standardizes.

#include <cstdint>
#include <optional>

namespace hermod {

struct ProcessUsage {
  double cpu_seconds = 0;
  uint64_t resident_bytes = 0;
  uint64_t virtual_bytes = 0;
  uint64_t descriptors_max = 0;
  // Unset if counting would take too long for a scrape: many descriptors on Linux before 6.2.
  std::optional<uint64_t> descriptors;
  double start_time_seconds = 0;  // since 1970
};

ProcessUsage read_process_usage();

}  // namespace hermod
