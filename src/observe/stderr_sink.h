#pragma once
// Where spdlog's lines go: straight to a descriptor, one write a line, and never at the price of
// the loop. A descriptor that cannot take a line now (a full pipe, a stopped terminal) loses it,
// and the loss is counted. Owned by SpdlogLog; one thread.

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <cstdint>
#include <utility>

namespace hermod {

// A pipe that polls as writable takes this much without blocking (PIPE_BUF); SpdlogLog keeps lines
// below.
inline constexpr size_t kLogLineBytesMax = 4096;

class StderrSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit StderrSink(int fd) : fd_(fd) {}

  // Room for a line now; otherwise it counts as lost.
  bool writable();

  // Lines lost since the last call.
  uint64_t take_lost() { return std::exchange(lost_, 0); }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

 private:
  int fd_;
  uint64_t lost_ = 0;
};

}  // namespace hermod
