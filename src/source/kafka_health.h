#pragma once
// Decides from a client's errors and statistics whether its brokers are there, and which topics are
// missing. Pure: events go in, the verdict stands in up(), reason() and missing().

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "source/kafka_stats.h"

namespace hermod::kafka {

class Health {
 public:
  explicit Health(std::vector<std::string> topics) : topics_(std::move(topics)) {}

  void on_answer();                      // something came that only a broker can have sent
  void on_error(std::string_view text);  // the last one is the reason once the brokers are gone
  void on_all_brokers_down();
  void on_stats(const Stats& stats);  // once a second

  bool up() const { return up_; }
  bool ever_up() const { return ever_up_; }
  const std::string& reason() const { return reason_; }  // empty when up
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  void go_down(std::string reason);

  std::vector<std::string> topics_;
  bool up_ = false;
  bool ever_up_ = false;
  std::string reason_ = "not connected yet";
  std::string last_error_;
  uint32_t ticks_without_broker_ = 0;
  uint32_t ticks_without_answer_ = 0;
  uint64_t responses_ = 0;
  std::vector<std::string> missing_;
};

}  // namespace hermod::kafka
