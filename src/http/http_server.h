#pragma once
// The HTTP server: accepts connections, reads request heads, answers pages and refusals, and hands
// over upgrades. This class only composes its components: Acceptor, ConnectionManager,
// RequestRouter, UpgradePolicy and the limits that they share. Owned by the composition in server/.

#include <cstdint>
#include <vector>

#include "base/closed.h"
#include "http/admission.h"
#include "http/connection_manager.h"
#include "http/pages.h"
#include "http/request_router.h"
#include "http/upgrade_policy.h"
#include "net/acceptor.h"
#include "uv/immediate.h"
#include "uv/iteration_hook.h"

namespace hermod {

struct HttpServerOptions {
  AcceptorOptions listen;
  UpgradePolicyOptions upgrade_policy;
  AdmissionLimits admission;
  CheckQueueLimits checks;
  RefusalBudgetLimits refusals;
  ConnectionManagerLimits connection_manager;
  PagesOptions pages;
  WebSocketPaths websockets = WebSocketPaths::kServed;
};

// The dependencies of the HTTP server; all of them outlive close().
struct HttpServerDependencies {
  Verifier& verifier;
  const Clock& clock;
  Log& log;
  Stats& stats;
  const HealthView& health;
  UpgradeSink& upgrades;
  std::vector<PageGroup*> pages;        // in addition to Pages
  std::vector<PageGroup*> hidden = {};  // of another port; here their paths are 404
  Audit* audit = nullptr;               // null: off
};

class HttpServer {
 public:
  HttpServer(uv_loop_t* loop, const HttpServerDependencies& dependencies,
             HttpServerOptions options);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Called once. Error: kInitialization with the address, the port and the error of the system.
  Result<void> listen();
  uint16_t port() const { return acceptor_.port(); }

  // Accepts the connections that wait in the kernel, without serving them. Called during long loop
  // iterations, because the kernel drops new connections when its queue is full.
  void accept_pending() { acceptor_.accept_pending(); }

  // While draining, pages are still answered, each with Connection: close, and upgrades with 503.
  // An inherited socket accepts no more connections: new ones wait in the kernel for the next
  // process.
  void set_draining(bool draining);

  // Sets the origins, proxies and limits for new requests.
  void set_upgrade_policy_options(UpgradePolicyOptions options);

  // Stops accepting and closes all connections. Idempotent; `closed` is called once, in a later
  // loop iteration.
  void close(Closed closed);

  size_t socket_count() const { return connection_manager_.size(); }

 private:
  void finish_close();

  AcceptorOptions listen_options_;
  Admission admission_;
  CheckQueue checks_;
  RefusalBudget refusals_;
  Pages pages_;
  UpgradePolicy upgrade_policy_;
  RequestRouter router_;
  ConnectionManager connection_manager_;
  Acceptor acceptor_;
  Closed closed_;
  bool closing_ = false;
  uv::Immediate immediate_;
  uv::IterationHook iteration_hook_;
};

}  // namespace hermod
