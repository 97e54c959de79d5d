#include "cli/heap_trimmer.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <memory>
#include <vector>

#include "observe/process.h"

namespace hermod::cli {
namespace {

#if !defined(__SANITIZE_ADDRESS__)  // it has its own allocator

constexpr uint64_t kMiB = 1024 * 1024;

// Leaves free pages below memory that is still in use, as many closed connections do.
class Crowd {
 public:
  void come() {
    for (int i = 0; i < 64 * 1024; ++i) pieces_.emplace_back(new char[1000]{});
  }
  void leave() {
    last_ = std::move(pieces_.back());
    pieces_.clear();
  }

 private:
  std::vector<std::unique_ptr<char[]>> pieces_;
  std::unique_ptr<char[]> last_;
};

uint64_t resident_mib() {
  return read_process_usage().resident_bytes / kMiB;
}

TEST(HeapTrimmerTest, WhatACrowdLeavesGoesBack) {
  malloc_trim(0);  // otherwise memory that other tests freed would be used again
  HeapTrimmer spare;
  spare.look(1);
  const uint64_t before = resident_mib();
  Crowd crowd;
  crowd.come();
  spare.look(1 + HeapTrimmer::kLookMs);
  EXPECT_GE(resident_mib(), before + 55);
  crowd.leave();
  spare.look(1 + 2 * HeapTrimmer::kLookMs);
  spare.look(3 * HeapTrimmer::kLookMs);  // too soon
  EXPECT_GE(resident_mib(), before + 55);
  spare.look(1 + 3 * HeapTrimmer::kLookMs);
  EXPECT_LE(resident_mib(), before + 20);
}

#endif

}  // namespace
}  // namespace hermod::cli
