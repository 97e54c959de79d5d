#pragma once
// The responses of the console: its page, which is compiled into the program, and the JSON under
// /console/ that the page uses. ConsoleGuard decides which requests may use it. Owned by the
// composition in server/, called by RequestRouter.

#include <array>
#include <string>
#include <string_view>

#include "console/console_guard.h"
#include "console/console_view.h"
#include "http/health_view.h"
#include "http/page_group.h"

namespace hermod {

// Generated from src/console/page/ when hermod is built.
extern const std::string_view kConsolePage;
extern const std::string_view kConsolePolicy;  // its Content-Security-Policy

// The dependencies of the console; all of them outlive it.
struct ConsoleDependencies {
  ConsoleView& view;
  const HealthView& health;
  const Clock& clock;
  AdminAccess& access;
  Audit* audit = nullptr;  // null: off
};

class Console final : public PageGroup {
 public:
  Console(const ConsoleDependencies& dependencies, const ConsoleOptions& options)
      : dependencies_(dependencies), guard_(dependencies.access, options) {}

  // --- PageGroup
  const Route* find_route(std::string_view path) const override;
  PageOutcome answer(const Route& route, const HttpRequest& request) override;

 private:
  struct Page : Route {
    PageOutcome (Console::*answer)(const HttpRequest&);
  };
  static const std::array<Page, 6> kPages;

  PageOutcome page(const HttpRequest& request);
  PageOutcome to_page(const HttpRequest& request);  // redirects "/console/"
  PageOutcome state(const HttpRequest& request);
  PageOutcome feed(const HttpRequest& request);
  PageOutcome send(const HttpRequest& request);
  PageOutcome mint(const HttpRequest& request);

  void audit(std::string_view action, std::string_view user, const HttpRequest& request,
             uint16_t status) const;

  ConsoleDependencies dependencies_;
  ConsoleGuard guard_;
};

}  // namespace hermod
