#pragma once
// The keys of JWT_JWKS_FILE that can be used, and what is said of the others.

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

// At least one key. A key that cannot be used is named in a warning; where no other is left, in the
// error. `log` may be null. Of several with the same kid the first that can be used is kept.
Result<std::vector<UsableKey>> load_key_set(const Algorithm& algorithm, const KeyOptions& options,
                                            Log* log);

}  // namespace hermod
