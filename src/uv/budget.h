#pragma once
// A time budget for one loop iteration. Work that is left when the budget is spent continues in the
// next iteration, so that other events are not delayed further.

#include <cstdint>

namespace hermod::uv {

class Budget {
 public:
  static constexpr uint64_t kDefaultNs = 2'000'000;

  explicit Budget(uint64_t ns = kDefaultNs);
  bool spent() const;

 private:
  uint64_t until_ns_;
};

}  // namespace hermod::uv
