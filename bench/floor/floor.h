#pragma once
// The bare server that hermod is measured against: it takes upgrades from anybody, then sends the
// same bytes to each connection in turn, with nothing between the loop and send(). What a server
// spends beyond this is its own doing.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kit/clock.h"
#include "kit/epoll.h"

namespace hermod::bench {

struct FloorOptions {
  uint16_t port = 0;
  size_t connections = 1000;  // waited for before the sending begins
  size_t text_bytes = 300;
  size_t burst = 1;           // texts in one send
  size_t messages = 200'000;  // texts in all
  double rate = 0;            // texts a second, 0: as fast as it goes
};

struct FloorResult {
  uint64_t messages = 0;
  CpuTime handshakes;  // of all connections together
  CpuTime sending;
  int64_t sending_ns = 0;  // by the clock
};

class Floor {
 public:
  explicit Floor(const FloorOptions& options);

  uint16_t port() const { return port_; }
  FloorResult run();

  // Serves what comes in until all clients are gone.
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
