#pragma once
// Reads a collector's answer to one POST as it comes in: as much of HTTP/1.1 as a collector's few
// words need. What it does not understand ends the connection, never the service.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hermod {

class TraceAnswer {
 public:
  enum class State : uint8_t { kHead, kBody, kDone, kBroken };

  // Takes what came. kDone: nothing more of it is waited for.
  State feed(std::string_view bytes);

  State state() const { return state_; }
  bool begun() const { return !head_.empty(); }
  int status() const { return status_; }
  uint32_t retry_after_s() const { return retry_after_s_; }
  // The connection may carry another request: the answer's end was told by its length.
  bool reusable() const { return state_ == State::kDone && !until_close_; }
  const std::string& body() const { return body_; }  // the first kBodyBytesMax of it

 private:
  static constexpr size_t kHeadBytesMax = 16 * 1024;
  static constexpr size_t kBodyBytesMax = 16 * 1024;

  State read_head(size_t head_bytes);
  void read_field(std::string_view line);
  State take_body(std::string_view bytes);

  State state_ = State::kHead;
  std::string head_;
  std::string body_;
  int status_ = 0;
  uint32_t retry_after_s_ = 0;
  uint64_t length_left_ = 0;
  bool has_length_ = false;
  bool until_close_ = false;
};

}  // namespace hermod
