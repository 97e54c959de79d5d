#pragma once
// All connections, in one epoll set. They are opened at a limited rate, kept, closed and reopened.

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
  std::vector<std::string> users;
  size_t per_user = 1;           // connections per user
  double rate = 2000;            // connections started per second, 0: unlimited
  size_t opening_max = 256;      // connections that wait for their response
  size_t storm_opening_max = 0;  // the same during a storm, 0: unlimited
  double slow_share = 0;         // share of the connections that stop reading when open, 0 to 1
  int64_t retry_ms = -1;         // delay before a refused or lost one is reopened; -1: never
  bool pongs = true;
};

class Crowd {
 public:
  Crowd(const CrowdOptions& options, const Target& target, Tally& tally);

  void open_all();   // opens all connections that are not open
  void close_all();  // closes the sockets without a close frame, as if the network failed
  void begin_storm();
  void let_slow_ones_read();

  // One iteration: starts the connections that are due and serves the sockets that are ready. Waits
  // at most `timeout_ms`.
  void turn(int timeout_ms);

  // Adds another file descriptor to the epoll set; `ready` is set when it is readable.
  void watch(int fd, bool& ready);

  size_t size() const { return connections_.size(); }
  size_t open() const { return open_; }
  // True if no connection is being opened or waits to be opened.
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
