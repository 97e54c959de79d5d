#pragma once
// One client: its socket, how far it is, and what it has received. It knows no epoll set; the crowd
// tells it when its socket is ready.

#include <cstdint>
#include <string>
#include <string_view>

#include "flood/tally.h"
#include "flood/target.h"
#include "kit/epoll.h"
#include "kit/frame.h"
#include "kit/sequence_check.h"

namespace hermod::bench {

// What the whole flood shares.
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
  std::string request_;  // until it is sent
  std::string hello_;    // likewise
  std::string inbox_;    // the beginning of what is not there in whole
  std::string message_;  // the beginning of a text that comes in fragments
  SequenceCheck check_;
  int64_t began_ns_ = 0;
};

}  // namespace hermod::bench
