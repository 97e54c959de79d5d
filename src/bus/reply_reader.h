#pragma once
// Bytes from Redis to whole replies: hiredis' parser over an arena, so that a message costs no
// malloc. Whatever the bytes are, the end is a reply or error(); limits bound what a reply may make
// us keep.

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
  size_t bytes_max = 64 << 20;    // of one reply; a record is at most a quarter
};

class ReplyReader {
 public:
  explicit ReplyReader(ReplyLimits limits = {});
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  // Takes bytes in. The parser moves its rest for every kilobyte it has consumed, so feed small
  // pieces and call next() until it has nothing before the next one.
  void feed(std::string_view bytes);
  static constexpr size_t kPieceBytes = 4096;

  // The next whole reply, valid until the next call; null: more bytes are needed, or error().
  const redisReply* next();

  // What was wrong with the bytes; nothing more is read then. Empty: all well.
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
  bool in_reply_ = false;  // the arena holds parts of a reply that is not whole yet
  std::string error_;
};

}  // namespace hermod
