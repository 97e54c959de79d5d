#pragma once
// Implements the data of the console: collects the state on each request, keeps the last 20 dead
// letters and test notifications, and publishes a test notification as a record.

#include <deque>
#include <string>
#include <string_view>

#include "core/observer.h"
#include "http/console_view.h"

namespace hermod {

struct Components;

class ConsoleBackend final : public ConsoleView, public Observer {
 public:
  // `components` must outlive this object.
  explicit ConsoleBackend(Components& components) : components_(components) {}

  void on_dead_letter(const DeadRecord& record) override;

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
