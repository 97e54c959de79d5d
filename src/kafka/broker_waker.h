#pragma once
// Works around lost wake-ups of the embedded broker's thread. librdkafka 2.0 loses the wake-up of a
// request that comes just after the reply to another one, and its thread then sleeps for up to a
// second. A connection to its port wakes it too. While this object exists, it opens such a
// connection every few milliseconds; most requests finish before the first one.

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
  std::thread thread_;  // last: the thread uses the other members
};

}  // namespace hermod
