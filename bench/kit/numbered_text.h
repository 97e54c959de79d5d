#pragma once
// The texts of a measurement: a notification of protocol section 1 that carries its number within
// its user, and when it was sent. The numbers stand at fixed places, so that a sender writes a new
// one in a few nanoseconds; a number is padded with blanks in front, which JSON allows. Pure.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hermod::bench {

class NumberedText {
 public:
  // A text of `size` bytes, or as short as can be where that is longer.
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
  int64_t sent_ns = 0;  // 0 where there is none
};

// Finds them in any text that has "seq":N and, after it, "t_ns":N.
std::optional<Stamp> read_stamp(std::string_view text);

// Writes `number` so that it ends before `end`, blanks in front of it from `begin` on.
void write_number(char* begin, char* end, uint64_t number);

}  // namespace hermod::bench
