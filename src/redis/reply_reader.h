#pragma once
// Parses bytes from Redis into complete replies: hiredis' parser with an arena, so that a message
// needs no malloc. Any input results in replies or in error(), and ReplyLimits bound the memory of
// a reply.

#include <hiredis/read.h>

#include <array>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>

struct redisReply;

namespace hermod {

struct ReplyLimits {
  size_t elements_max = 1 << 20;  // of one array
  size_t bytes_max = 64 << 20;    // of one reply; a record has at most a quarter of it
};

class ReplyReader {
 public:
  explicit ReplyReader(ReplyLimits limits = {});
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  // Adds bytes. The parser moves the unparsed rest for every kilobyte that it consumed, so the
  // caller feeds pieces of kPieceBytes, and calls next() until it returns null before it feeds the
  // next piece.
  void feed(std::string_view bytes);
  static constexpr size_t kPieceBytes = 4096;

  // The next complete reply, valid until the next call; null: more bytes are needed, or error().
  const redisReply* next();

  // Why the bytes are invalid; no more replies follow then. Empty: no error.
  const std::string& error() const { return error_; }

 private:
  struct Free {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };
  friend struct ReplyArena;

  ReplyLimits limits_;
  std::array<std::byte, 4096> first_block_;
  std::pmr::monotonic_buffer_resource arena_{first_block_.data(), first_block_.size()};
  redisReplyObjectFunctions functions_;
  std::unique_ptr<redisReader, Free> reader_;
  bool in_reply_ = false;  // the arena holds parts of an incomplete reply
  std::string error_;
};

}  // namespace hermod
