#pragma once
// Publishes the test notifications of the console as records, and keeps the last 20 with their
// outcome. Owned by ConsoleBackend.

#include <deque>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "console/console_view.h"
#include "hermod/options.h"
#include "hermod/result.h"
#include "source/record_producer.h"

namespace hermod {

class TestNotifications {
 public:
  // All arguments outlive this object, which outlives close() of the producer.
  TestNotifications(const Clock& clock, const Options& options, RecordProducer& producer)
      : clock_(clock), options_(options), producer_(producer) {}

  // Returns the correlation id. Error: the record could not be queued.
  Result<std::string> send(const ConsoleNotification& from);

  const std::deque<ConsoleSent>& newest_first() const { return sent_; }

 private:
  static constexpr size_t kKeptMax = 20;

  Result<std::string> record_text(const ConsoleNotification& from, const std::string& id) const;
  void settle(const std::string& id, std::string_view state, std::string detail);

  const Clock& clock_;
  const Options& options_;
  RecordProducer& producer_;
  std::deque<ConsoleSent> sent_;
};

}  // namespace hermod
