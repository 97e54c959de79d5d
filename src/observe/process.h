#pragma once
// What this process uses, from /proc, for the metrics that every Prometheus dashboard knows.

#include <cstdint>
#include <optional>

namespace hermod {

struct ProcessUsage {
  double cpu_seconds = 0;
  uint64_t resident_bytes = 0;
  uint64_t virtual_bytes = 0;
  uint64_t descriptors_max = 0;
  // Unset where counting would take longer than a scrape may: many descriptors on a kernel
  // before 6.2.
  std::optional<uint64_t> descriptors;
  double start_time_seconds = 0;  // since 1970
};

ProcessUsage read_process_usage();

}  // namespace hermod
