#pragma once
// The reference server that hermod is compared with: it accepts every upgrade, then sends the same
// bytes to one connection after the other, with nothing between the loop and send(). It shows the
// minimum that any server must spend.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kit/clock.h"
#include "kit/epoll.h"

namespace hermod::bench {

struct FloorOptions {
  uint16_t port = 0;
  size_t connections = 1000;  // sending starts when all are open
  size_t text_bytes = 300;
  size_t burst = 1;           // messages per send
  size_t messages = 200'000;  // in total
  double rate = 0;            // messages per second; 0: as fast as possible
};

struct FloorResult {
  uint64_t messages = 0;
  CpuTime handshakes;  // sum over all connections
  CpuTime sending;
  int64_t sending_ns = 0;  // elapsed time
};

class Floor {
 public:
  explicit Floor(const FloorOptions& options);

  uint16_t port() const { return port_; }
  FloorResult run();

  // Reads and discards input until all clients have disconnected.
  void wait_for_the_end();

 private:
  struct Client {
    Fd fd;
    std::string head;
    bool open = false;
  };

  void serve(int timeout_ms);
  void accept_all();
  void read_from(Client& client);
  void answer(Client& client);
  void send_round(uint64_t sequence);
  void send_whole(Client& client);

  FloorOptions options_;
  uint16_t port_;
  Fd listener_;
  Epoll epoll_;
  std::vector<Client> clients_;
  std::string burst_;
  size_t open_ = 0;
  size_t gone_ = 0;
};

}  // namespace hermod::bench
