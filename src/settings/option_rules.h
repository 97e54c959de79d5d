#pragma once
// Rules for combinations of settings, and the restrictions of production.

#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod {

// Validates Options, whether a loader or an embedder filled them. The error is one sentence that
// names the variable. Reads no files and opens no connections, but loads libcurl if ENABLE_TRACING
// is set, because its absence is an error.
Result<void> check_options(const Options& options);

// True if a key for tokens is configured; otherwise the server generates one.
bool has_key(const Options& options);

bool has_admin_token(const Options& options);

// Whether the process starts a broker of its own.
bool embeds_kafka(const Options& options);

// Whether the operators' interface has a port of its own.
bool has_admin_port(const Options& options);

}  // namespace hermod
