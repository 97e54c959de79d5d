#pragma once
// Derives the options of each component from the settings, at start and at a reload.

#include "auth/jwt_verifier.h"
#include "auth/token_minter.h"
#include "bus/memory_history.h"
#include "console/console_guard.h"
#include "core/hub.h"
#include "core/ingest.h"
#include "events/publish_format.h"
#include "hermod/log.h"
#include "hermod/options.h"
#include "hermod/result.h"
#include "http/pages.h"
#include "http/upgrade_policy.h"
#include "kafka_source/kafka_source_options.h"
#include "tracing/trace_options.h"
#include "ws/ws_options.h"

namespace hermod {

// Precondition: check_options() accepts the options (option_rules.h).
JwtVerifierOptions verifier_options(const Options& options);
TokenMinterOptions minter_options(const Options& options);
PublishFormat publish_format(const Options& options);
MemoryBusOptions memory_bus_options(const Options& options);
std::vector<std::string> event_types(const Options& options);

// How long a dead letter holds its offset: a quarter of the time in which duplicates are detected,
// so that a restart routes nothing twice.
uint64_t dead_letter_hold_ms(const Options& options);

// The options for an external broker.
KafkaSourceOptions kafka_source_options(const Options& options);

HubOptions hub_options(const Options& options);
IngestOptions ingest_options(const Options& options);
WsOptions ws_options(const Options& options);

// Reads the token from the file, if one is named. Error: kConfiguration, a file that cannot be read
// or does not contain a valid token. A suspicious token (base/text_flaw.h) is an error in
// production and otherwise a warning in the log.
Result<std::string> admin_token(const Options& options, Log& log);

ConsoleOptions console_options(const Options& options);
// Of the port that clients reach.
PagesOptions public_pages_options(const Options& options, AdminAccess& access);
TraceOptions trace_options(const Options& options);

// WEBSOCKET_MAX_CONNECTIONS, or if it is unset the file descriptor limit minus a reserve of 100.
size_t connections_max(const Options& options, int descriptor_limit);
// In production, no page may connect whose origin is not in CORS_ORIGINS.
LocalPages local_pages(const Options& options);

// Error: kConfiguration, an invalid address or network in TRUSTED_PROXIES.
Result<UpgradePolicyOptions> upgrade_policy_options(const Options& options, size_t connections_max);

}  // namespace hermod
