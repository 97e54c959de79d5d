#pragma once
// How long a piece of work may take in one iteration of the loop: what is left goes on in the next
// one, so that nothing else waits longer.

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
