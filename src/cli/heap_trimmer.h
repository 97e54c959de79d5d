#pragma once
// Returns free heap to the system. After a load peak or a backlog, the allocator keeps the memory,
// mostly as free pages between used ones, which other programs on a small host could use.

#include <cstdint>
#include <optional>

namespace hermod::cli {

class HeapTrimmer {
 public:
  static constexpr int64_t kLookMs = 10'000;
  static constexpr int64_t kWorthwhileBytes = 8 * 1024 * 1024;

  // Called in every loop iteration; measures once per kLookMs. If two measurements in a row find
  // that the unused memory has grown by kWorthwhileBytes over its minimum, and by an eighth of the
  // used heap, all free pages are returned. That takes 0.1 ms per MiB, and two measurements avoid
  // it during short load changes.
  void look(int64_t now_ms);

 private:
  int64_t next_ms_ = 0;
  std::optional<int64_t> least_bytes_;  // minimum of resident memory that is not used heap
  bool was_worthwhile_ = false;
};

}  // namespace hermod::cli
