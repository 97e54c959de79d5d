#pragma once
// Whether the brokers of a client answer, and if not, why. Part of KafkaHealth. Performs no I/O.

#include <cstdint>
#include <string>
#include <string_view>

#include "kafka/kafka_stats.h"

namespace hermod::kafka {

class Reachability {
 public:
  void on_answer();                      // something arrived that only a broker can have sent
  void on_error(std::string_view text);  // the last one is the reason once the brokers are lost
  void on_all_brokers_down();
  void on_stats(const Stats& stats);  // once a second

  bool reachable() const { return reachable_; }
  bool ever_reachable() const { return ever_reachable_; }
  std::string reason() const;  // empty while the brokers answer

 private:
  void lose(std::string reason);

  bool reachable_ = false;
  bool ever_reachable_ = false;
  std::string reason_ = "not connected yet";
  std::string last_error_;
  uint32_t ticks_without_broker_ = 0;
  uint32_t ticks_without_answer_ = 0;
  uint64_t responses_ = 0;
};

}  // namespace hermod::kafka
