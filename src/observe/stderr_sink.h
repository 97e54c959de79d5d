#pragma once
// The spdlog sink: writes each line directly to a descriptor with one write(), without blocking the
// loop. A line is lost, and the loss is counted, if the descriptor is not writable (a full pipe, a
// stopped terminal). Owned by SpdlogLog. Not thread-safe.

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <cstdint>
#include <utility>

namespace hermod {

// A pipe that poll() reports as writable accepts this many bytes without blocking (PIPE_BUF).
// SpdlogLog keeps lines shorter.
inline constexpr size_t kLogLineBytesMax = 4096;

class StderrSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit StderrSink(int fd) : fd_(fd) {}

  // True if a line can be written now; otherwise counts a lost line.
  bool writable();

  // The number of lines lost since the last call.
  uint64_t take_lost() { return std::exchange(lost_, 0); }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

 private:
  int fd_;
  uint64_t lost_ = 0;
};

}  // namespace hermod
