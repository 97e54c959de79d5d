#pragma once
// The front door: everything from the listening socket to the page, the refusal or the hand-over of
// an upgrade. Only puts its parts together.

#include <cstdint>

#include "base/closed.h"
#include "http/acceptor.h"
#include "http/admission.h"
#include "http/connection_manager.h"
#include "http/console.h"
#include "http/pages.h"
#include "http/router.h"
#include "http/upgrade_policy.h"
#include "uv/immediate.h"
#include "uv/iteration_hook.h"

namespace hermod {

struct HttpServerOptions {
  AcceptorOptions listen;
  UpgradePolicyOptions upgrade_policy;
  AdmissionLimits admission;
  CheckQueueLimits checks;
  RefusalBudgetLimits refusals;
  ConsoleOptions console;
  ConnectionManagerLimits connection_manager;
};

// What the front door works with; all of it outlives close().
struct HttpServerParts {
  Verifier& verifier;
  const Clock& clock;
  Log& log;
  Stats& stats;
  const HealthView& health;
  UpgradeSink& upgrades;
  ConsoleView& console;
};

class HttpServer {
 public:
  HttpServer(uv_loop_t* loop, const HttpServerParts& parts, HttpServerOptions options);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Once. Error: kInitialization, naming address, port and the system's words.
  Result<void> listen();
  uint16_t port() const { return acceptor_.port(); }

  // Lets who waits outside in, as far as the lobby's door; for whoever makes a turn long, since the
  // kernel turns newcomers away once its queue is full.
  void accept_pending() { acceptor_.look(); }

  // Pages are answered still, each with the end of its connection; upgrades get 503. On an
  // inherited socket nobody is accepted any more: who comes now waits for the next process.
  void set_draining(bool draining);

  // Origins, proxies and limits from now on.
  void set_upgrade_policy_options(UpgradePolicyOptions options);

  // ADMIN_TOKEN from now on; empty: there is none.
  void set_admin_token(std::string token) { console_.guard().set_admin_token(std::move(token)); }

  // Nobody is accepted any more, and whoever is here is cut. Idempotent; `closed` comes once, on a
  // later turn.
  void close(Closed closed);

  size_t socket_count() const { return connection_manager_.size(); }

 private:
  void finish_close();

  AcceptorOptions listen_options_;
  Admission admission_;
  CheckQueue checks_;
  RefusalBudget refusals_;
  Pages pages_;
  Console console_;
  UpgradePolicy upgrade_policy_;
  Router router_;
  ConnectionManager connection_manager_;
  Acceptor acceptor_;
  Closed closed_;
  bool closing_ = false;
  uv::Immediate immediate_;
  uv::IterationHook iteration_hook_;
};

}  // namespace hermod
