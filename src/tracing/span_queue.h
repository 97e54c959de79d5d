#pragma once
// The encoded spans that wait for their export, in order, bounded in number and in bytes. Owned by
// SpanExporter.

#include <cstddef>
#include <deque>
#include <string>

namespace hermod {

class SpanQueue {
 public:
  SpanQueue(size_t spans_max, size_t bytes_max) : spans_max_(spans_max), bytes_max_(bytes_max) {}

  bool full() const { return spans_.size() >= spans_max_ || bytes_ >= bytes_max_; }
  void push(std::string span);  // precondition: !full()

  // Moves at most `spans_max` spans to the end of `out`, separated by commas. Returns their number.
  size_t take(size_t spans_max, std::string& out);

  size_t size() const { return spans_.size(); }
  bool empty() const { return spans_.empty(); }
  void clear();

 private:
  size_t spans_max_;
  size_t bytes_max_;
  std::deque<std::string> spans_;
  size_t bytes_ = 0;
};

}  // namespace hermod
