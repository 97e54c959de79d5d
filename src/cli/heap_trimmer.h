#pragma once
// Free heap that the process still holds. The allocator keeps what a crowd of connections or a
// backlog took, mostly as pages between others that are in use; a small host has better use for it.

#include <cstdint>
#include <optional>

namespace hermod::cli {

class HeapTrimmer {
 public:
  static constexpr int64_t kLookMs = 10'000;
  static constexpr int64_t kWorthwhileBytes = 8 * 1024 * 1024;

  // Called often, looks once in kLookMs. Where twice in a row kWorthwhileBytes more than at best so
  // far are held for nothing, and more than an eighth of what is in use, all free pages go back to
  // the system: a tenth of a millisecond for each MiB, so not while a load comes and goes.
  void look(int64_t now_ms);

 private:
  int64_t next_ms_ = 0;
  std::optional<int64_t> least_bytes_;  // held beside the heap in use, at best: code, stacks, holes
  bool was_worthwhile_ = false;
};

}  // namespace hermod::cli
