#pragma once
// Rules for combinations of settings, and the restrictions of production.

#include <string>
#include <vector>

#include "auth/jwt_verifier.h"
#include "auth/token_minter.h"
#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod {

// Validates Options, whether a loader or an embedder filled them. The error is one sentence that
// names the variable. Reads no files and opens no connections.
Result<void> check_options(const Options& options);

// True if a key for tokens is configured; otherwise the server generates one.
bool has_key(const Options& options);

// The options of auth, derived from the settings.
JwtVerifierOptions verifier_options(const Options& options);
TokenMinterOptions minter_options(const Options& options);

}  // namespace hermod
