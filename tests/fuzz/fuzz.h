#pragma once
// Helpers shared by the fuzz targets. Each target is a libFuzzer program that treats its input as
// external data and aborts if hermod's result is wrong.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "hermod/log.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace hermod::fuzz {

inline void check(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", promise);
  std::abort();
}

class NoLog final : public Log {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
  void write_limited(std::string_view, LogLevel, std::string_view,
                     std::initializer_list<LogField>) override {}
};

// Reads the fuzzer's bytes from the front.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }

  std::string_view take(size_t bytes) {
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  // The bytes before the next `end`, which is skipped.
  std::string_view until(char end) {
    const size_t at = rest_.find(end);
    const std::string_view taken = take(at);
    if (!rest_.empty()) rest_.remove_prefix(1);
    return taken;
  }

 private:
  std::string_view rest_;
};

}  // namespace hermod::fuzz
