#pragma once
// The console's view of the parts: gathers what it shows when it is asked, keeps the last dead
// letters and test notifications, and sends these the way of every record.

#include <deque>
#include <string>
#include <string_view>

#include "core/ingest.h"
#include "http/console_view.h"

namespace hermod {

struct Components;

class ConsoleBackend final : public ConsoleView {
 public:
  // `parts` outlive it.
  explicit ConsoleBackend(Components& components) : components_(components) {}

  void on_dead_record(const DeadRecord& record);

  ConsoleState state(std::string_view user_part) const override;
  Result<std::string> send(const ConsoleNotification& notification) override;
  Result<ConsoleToken> mint(std::string_view user) override;

 private:
  Result<void> hand_over(std::string user, std::string record, const std::string& correlation_id);
  void settle(const std::string& correlation_id, std::string_view state, std::string detail);

  Components& components_;
  std::deque<ConsoleDeadLetter> dead_letters_;  // newest first
  std::deque<ConsoleSent> sent_;                // newest first
};

}  // namespace hermod
