#pragma once
// The last messages that were sent to clients, for the assertions of tests: at most 10,000 messages
// and 64 MiB. Owned by SentRecorder.

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "base/stream_id.h"

namespace hermod {

struct SentText {
  uint64_t connection;
  std::string user;
  std::string text;
  StreamId stream_id;  // null: an external message
  int64_t at_wall_ms;
  bool answered = false;
};

class SentLog {
 public:
  // Returns the number of the message, for find().
  uint64_t add(SentText text);

  // Null if newer messages have displaced it.
  SentText* find(uint64_t number);

  const std::deque<SentText>& texts() const { return texts_; }
  void clear();

 private:
  static constexpr size_t kTextsMax = 10'000;
  static constexpr size_t kBytesMax = 64 * 1024 * 1024;

  std::deque<SentText> texts_;
  uint64_t first_ = 0;  // the number of the oldest message
  size_t bytes_ = 0;
};

}  // namespace hermod
