#pragma once
// What settings must fulfil together, and what production forbids.

#include <string>
#include <vector>

#include "auth/jwt_verifier.h"
#include "auth/token_minter.h"
#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod {

// Judges Options wherever they come from: a loader, or an embedder. The error is one sentence that
// names the variable. Reads no file and reaches nobody.
Result<void> check_options(const Options& options);

// True where tokens can be checked with what is configured; false: a key is to be generated.
bool has_key(const Options& options);

// The parts of auth that Options say.
JwtVerifierOptions verifier_options(const Options& options);
TokenMinterOptions minter_options(const Options& options);

}  // namespace hermod
