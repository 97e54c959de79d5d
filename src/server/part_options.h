#pragma once
// The settings as the parts are told them; some also after a reload.

#include "bus/redis_bus_options.h"
#include "core/format.h"
#include "core/hub.h"
#include "hermod/log.h"
#include "hermod/options.h"
#include "hermod/result.h"
#include "http/console_guard.h"
#include "http/upgrade_policy.h"
#include "observe/trace_options.h"
#include "source/kafka_source_options.h"

namespace hermod {

// Precondition: checked options (option_checks.h).
Format format_of(const Options& options);
Result<RedisBusOptions> redis_bus_options(const Options& options);  // error: a wrong REDIS_URL
std::vector<std::string> event_types(const Options& options);

// An offset is held for dead letters for a part of the time in which repeats are recognised, so
// that a restart repeats nothing.
uint64_t dead_letter_hold_ms(const Options& options);

// As for a broker outside the process.
KafkaSourceOptions kafka_source_options(const Options& options);

HubOptions hub_options(const Options& options);

// From the file, where one is named. Error: kConfiguration, a file that cannot be read or that does
// not hold a token. A token that is probably not what was meant (base/text_flaw.h) is an error in
// production, and a warning in the log otherwise.
Result<std::string> admin_token(const Options& options, Log& log);

ConsoleOptions console_options(const Options& options, const AdminSecrets& secrets);
TraceOptions trace_options(const Options& options);

// Error: kConfiguration, an address or network in TRUSTED_PROXIES that is none.
Result<UpgradePolicyOptions> upgrade_policy_options(const Options& options, size_t connections_max);

}  // namespace hermod
