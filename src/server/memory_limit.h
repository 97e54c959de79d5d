#pragma once
// How much memory this process may have: the lowest limit of its control groups, of version 2
// (memory.max) or 1 (memory.limit_in_bytes) and of all groups above, or the machine's memory.

#include <cstdint>
#include <string>

namespace hermod {

// `root` is put before each path; for tests.
uint64_t memory_limit_bytes(const std::string& root = "");

}  // namespace hermod
