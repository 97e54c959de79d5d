#pragma once
// Sees to it that the in-process broker carries out what it is asked for in another thread's call.
// librdkafka 2.0 loses the wake-up of a request that comes just after another was answered, and its
// thread then sleeps for up to a second; a connection to its port wakes it as well. While this
// object lives such connections are made, the first after a time in which most requests are long
// done.

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace hermod {

class BrokerWaker {
 public:
  explicit BrokerWaker(uint16_t port);  // on 127.0.0.1
  ~BrokerWaker();
  BrokerWaker(const BrokerWaker&) = delete;
  BrokerWaker& operator=(const BrokerWaker&) = delete;

 private:
  void run();

  uint16_t port_;
  bool done_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace hermod
