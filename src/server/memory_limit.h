#pragma once
// The memory that this process may use, in bytes: the lowest limit of its control groups and their
// parents (version 2: memory.max, version 1: memory.limit_in_bytes), or the machine's memory.

#include <cstdint>
#include <string>

namespace hermod {

// `root` is a prefix of each path that is read; for tests.
uint64_t memory_limit_bytes(const std::string& root = "");

}  // namespace hermod
