#pragma once
// Loads the usable keys of JWT_JWKS_FILE, and warns about the others. Called by KeyStore, and for
// the secret that mints tokens.

#include <memory>
#include <vector>

#include "auth/jwks.h"
#include "auth/key_options.h"
#include "auth/signature_key.h"
#include "hermod/log.h"
#include "hermod/result.h"

namespace hermod {

struct UsableKey {
  JsonWebKey from;
  std::unique_ptr<SignatureKey> key;
};

// Returns at least one key. An unusable key is named in a warning, or in the error if no usable key
// is left. Of several keys with the same kid, the first usable one is kept. `log` may be null.
Result<std::vector<UsableKey>> load_key_set(const Algorithm& algorithm, const KeyOptions& options,
                                            Log* log);

}  // namespace hermod
