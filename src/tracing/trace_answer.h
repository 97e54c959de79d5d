#pragma once
// Parses a collector's response to one POST incrementally: the part of HTTP/1.1 that a collector
// needs. A response that it cannot parse ends the connection.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hermod {

class TraceAnswer {
 public:
  enum class State : uint8_t { kHead, kBody, kDone, kBroken };

  // Parses the next bytes. kDone: no further bytes are needed.
  State feed(std::string_view bytes);

  State state() const { return state_; }
  bool begun() const { return !head_.empty(); }
  int status() const { return status_; }
  uint32_t retry_after_s() const { return retry_after_s_; }
  // True if the connection can be reused: the response is complete, and its length was given.
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
