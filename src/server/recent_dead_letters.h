#pragma once
// The last 20 dead letters, for the console. In production it keeps neither users nor payloads.
// Owned by ConsoleBackend; the server adds it to its observers.

#include <deque>

#include "base/clock.h"
#include "console/console_view.h"
#include "core/observer.h"
#include "hermod/options.h"

namespace hermod {

class RecentDeadLetters final : public Observer {
 public:
  RecentDeadLetters(const Clock& clock, const Options& options)
      : clock_(clock), options_(options) {}

  const std::deque<ConsoleDeadLetter>& newest_first() const { return kept_; }

  void on_dead_letter(const DeadRecord& record) override;

 private:
  static constexpr size_t kKeptMax = 20;

  const Clock& clock_;
  const Options& options_;
  std::deque<ConsoleDeadLetter> kept_;
};

}  // namespace hermod
