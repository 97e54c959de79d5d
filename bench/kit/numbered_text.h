#pragma once
// The messages of a measurement: a notification of protocol section 1 whose payload has a sequence
// number per user and the time when it was sent. Both have fixed positions and are padded with
// leading spaces, which JSON allows, so that updating them takes a few nanoseconds.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hermod::bench {

class NumberedText {
 public:
  // A message of `size` bytes, or of the minimum size if that is larger.
  NumberedText(std::string_view user, size_t size);

  void stamp(uint64_t sequence, int64_t sent_ns);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  size_t sequence_at_ = 0;
  size_t sent_at_ = 0;
};

struct Stamp {
  uint64_t sequence = 0;
  int64_t sent_ns = 0;  // 0 if the message has none
};

// Finds "seq":N and, after it, "t_ns":N in any JSON. Empty if there is no "seq".
std::optional<Stamp> read_stamp(std::string_view text);

// Writes `number` right-aligned into [begin, end), padded with spaces.
void write_number(char* begin, char* end, uint64_t number);

}  // namespace hermod::bench
