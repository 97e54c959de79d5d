#pragma once
// The console's answers: one page, which is in the program, and the JSON below /console/ that it
// works with. Who may ask is the guard's matter.

#include <string_view>
#include <variant>

#include "http/answer.h"
#include "http/console_guard.h"
#include "http/console_view.h"
#include "http/health_view.h"

namespace hermod {

inline constexpr size_t kConsoleBodyBytesMax = 8 * 1024;

// Generated from src/http/console/ when hermod is built.
extern const std::string_view kConsolePage;
extern const std::string_view kConsolePolicy;  // its Content-Security-Policy

// What the console works with; all of it outlives the console.
struct ConsoleParts {
  ConsoleView& view;
  const HealthView& health;
  const Clock& clock;
  Log& log;
  Stats& stats;
};

class Console {
 public:
  Console(const ConsoleParts& parts, ConsoleOptions options)
      : parts_(parts), guard_({parts.clock, parts.log, parts.stats}, std::move(options)) {}

  using Outcome = std::variant<Answer, Fault>;
  using Page = Outcome (Console::*)(const ConsoleRequest&);

  Outcome page(const ConsoleRequest& request);
  Outcome to_page(const ConsoleRequest& request);  // from "/console/"
  Outcome state(const ConsoleRequest& request);
  Outcome send(const ConsoleRequest& request);
  Outcome mint(const ConsoleRequest& request);

  ConsoleGuard& guard() { return guard_; }
  const ConsoleGuard& guard() const { return guard_; }

 private:
  ConsoleParts parts_;
  ConsoleGuard guard_;
};

}  // namespace hermod
