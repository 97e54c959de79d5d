#pragma once
// All connections on one epoll set: opened at a bounded rate, held, closed and opened again.

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "flood/connection.h"
#include "flood/tally.h"
#include "flood/target.h"
#include "kit/epoll.h"

namespace hermod::bench {

struct CrowdOptions {
  size_t users = 1000;
  size_t per_user = 1;  // connections of each
  std::string prefix = "u";
  size_t first_user = 0;
  double rate = 2000;            // connections begun in a second, 0: no bound
  size_t opening_max = 256;      // begun and not answered yet
  size_t storm_opening_max = 0;  // the same in a storm, 0: no bound
  double slow_share = 0;         // of the connections stop reading once they are open
  int64_t retry_ms = -1;         // a refused connection is tried again after this; -1: not at all
  bool pongs = true;
};

class Crowd {
 public:
  Crowd(const CrowdOptions& options, const Target& target, Tally& tally);

  void open_all();   // those that are not open
  void close_all();  // without a word, as when the way to the server breaks
  void begin_storm();
  void let_slow_ones_read();

  // Begins what is due, then serves what is ready; waits no longer than `timeout_ms`.
  void turn(int timeout_ms);

  // Another descriptor in the same set; `ready` is set when it can be read.
  void watch(int fd, bool& ready);

  size_t size() const { return connections_.size(); }
  size_t open() const { return open_; }
  // Nothing is being opened or waits for it.
  bool settled() const { return waiting_.empty() && opening_ == 0; }
  uint64_t missing() const;
  void forget_numbers();

 private:
  struct Waiting {
    size_t number;
    int64_t due_ns;
  };

  bool is_slow(size_t number) const;
  void begin_due();
  void begin(size_t number);
  void serve(size_t number, uint32_t events);
  void follow(size_t number, Connection::State before);
  int until_due_ms(int timeout_ms) const;

  CrowdOptions options_;
  Shared shared_;
  Epoll epoll_;
  std::vector<Connection> connections_;
  std::deque<Waiting> waiting_;
  size_t opening_ = 0;
  size_t opening_max_ = 0;
  size_t open_ = 0;
  int64_t next_begin_ns_ = 0;
  double rate_ = 0;
  bool slow_ones_read_ = false;
  bool* watched_ready_ = nullptr;
};

}  // namespace hermod::bench
