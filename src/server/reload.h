#pragma once
// Applies the settings that SIGHUP can change without closing connections.

#include <string>
#include <vector>

#include "auth/jwt_verifier.h"
#include "core/hub.h"
#include "hermod/log.h"
#include "hermod/options.h"
#include "hermod/result.h"
#include "http/admin_access.h"
#include "http/http_server.h"
#include "observe/audit_log.h"
#include "redis_transport/tls_context.h"
#include "ws/ws_server.h"

namespace hermod {

struct ReloadTargets {
  Options& options;  // of the server; changed in place
  Log& log;
  JwtVerifier& verifier;
  HttpServer& http_server;
  HttpServer* admin_http_server;  // null: ADMIN_PORT is unset
  AdminAccess& admin_access;
  Hub& hub;
  WsServer& ws;
  AuditLog& audit;
  TlsContext* redis_tls;  // null: no TLS to Redis
  int descriptor_limit;   // of the process
  bool key_is_generated;
};

// Applies keys, the TLS files for Redis, origins, proxies, the limits of connections and outboxes,
// and the drain time.
// Precondition: check_options(options) succeeded. Returns the option_warnings() and one sentence
// for each changed setting that needs a restart. After an error, no setting has changed.
Result<std::vector<std::string>> apply_reload(const ReloadTargets& targets, const Options& options);

}  // namespace hermod
