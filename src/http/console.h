#pragma once
// The responses of the console: its page, which is compiled into the program, and the JSON below
// /console/ that the page uses. ConsoleGuard decides who may use it.

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

// The dependencies of the console; all of them outlive it.
struct ConsoleDependencies {
  ConsoleView& view;
  const HealthView& health;
  const Clock& clock;
  Log& log;
  Stats& stats;
};

class Console {
 public:
  Console(const ConsoleDependencies& dependencies, ConsoleOptions options)
      : dependencies_(dependencies),
        guard_({dependencies.clock, dependencies.log, dependencies.stats}, std::move(options)) {}

  using Outcome = std::variant<Answer, Fault>;
  using Page = Outcome (Console::*)(const ConsoleRequest&);

  Outcome page(const ConsoleRequest& request);
  Outcome to_page(const ConsoleRequest& request);  // redirects "/console/"
  Outcome state(const ConsoleRequest& request);
  Outcome send(const ConsoleRequest& request);
  Outcome mint(const ConsoleRequest& request);

  ConsoleGuard& guard() { return guard_; }
  const ConsoleGuard& guard() const { return guard_; }

 private:
  ConsoleDependencies dependencies_;
  ConsoleGuard guard_;
};

}  // namespace hermod
