#pragma once
// One client: its socket, its state, and its checks of the received messages. The crowd, which has
// the epoll set, calls it when its socket is ready.

#include <cstdint>
#include <string>
#include <string_view>

#include "flood/tally.h"
#include "flood/target.h"
#include "kit/epoll.h"
#include "kit/frame.h"
#include "kit/sequence_check.h"

namespace hermod::bench {

// State shared by all connections.
struct Shared {
  const Target& target;
  Tally& tally;
  bool pongs = true;
};

class Connection {
 public:
  enum class State : uint8_t { kIdle, kConnecting, kUpgrading, kOpen };

  void begin(const Shared& shared, size_t number, const std::string& user, int receive_buffer);
  void on_writable(const Shared& shared);  // while kConnecting
  void on_readable(const Shared& shared);
  void close();

  State state() const { return state_; }
  int fd() const { return fd_.get(); }
  uint64_t missing() const { return check_.missing(); }
  void forget_numbers() { check_ = {}; }

 private:
  size_t read_head(const Shared& shared, std::string_view bytes);
  size_t read_frames(const Shared& shared, std::string_view bytes);
  void read_frame(const Shared& shared, const Frame& frame);
  void read_text(const Shared& shared, std::string_view text);
  void refuse(const Shared& shared, const std::string& why);
  void lose(const Shared& shared, int code);

  Fd fd_;
  State state_ = State::kIdle;
  std::string request_;  // empty after it is sent
  std::string hello_;    // empty after it is sent
  std::string inbox_;    // the received part of an incomplete head or frame
  std::string message_;  // the received fragments of a fragmented message
  SequenceCheck check_;
  int64_t began_ns_ = 0;
};

}  // namespace hermod::bench
