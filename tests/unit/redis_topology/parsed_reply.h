#pragma once
// One reply, parsed from bytes.

#include <memory>
#include <string_view>

#include "redis/reply_reader.h"

namespace hermod::test {

class ParsedReply {
 public:
  explicit ParsedReply(std::string_view bytes) {
    while (!bytes.empty()) {
      reader_.feed(bytes.substr(0, ReplyReader::kPieceBytes));
      bytes.remove_prefix(std::min(bytes.size(), ReplyReader::kPieceBytes));
      reply_ = reader_.next();
    }
  }
  const redisReply& operator*() const { return *reply_; }

 private:
  ReplyReader reader_;
  const redisReply* reply_ = nullptr;
};

}  // namespace hermod::test
