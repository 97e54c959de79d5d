#pragma once
// The keys that verify tokens, loaded as configured: one key, or a key set in which the `kid` of a
// token selects the key. Owned by JwtVerifier, which replaces it at a reload.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/algorithm.h"
#include "auth/key_options.h"
#include "auth/signature_key.h"
#include "hermod/log.h"
#include "hermod/result.h"

namespace hermod {

// A key, and the kid with which a token selects it.
struct NamedKey {
  std::string kid;
  std::unique_ptr<SignatureKey> key;
};

// Whether the kid of a token selects the key. It does so in a key set; a single key is used for
// every token.
enum class KidUse : uint8_t { kIgnored, kSelects };

class KeyStore {
 public:
  // Reads the key files. Warns about keys that work but are questionable: short secrets, a secret
  // with surrounding blanks, an unusable key of a set.
  static Result<KeyStore> load(const KeyOptions& options, Log& log);

  const Algorithm& algorithm() const { return *algorithm_; }

  // Returns the key for a token with this `kid`; nullptr if there is none, or if the token has no
  // kid and several keys are possible. A single key that is not from a set matches every kid.
  SignatureKey* find(const std::optional<std::string_view>& kid) const;

  bool has(uint32_t key) const;  // by SignatureKey::id()

 private:
  KeyStore(const Algorithm& algorithm, KidUse kid_use, std::vector<NamedKey> keys);

  const Algorithm* algorithm_;
  KidUse kid_use_;
  std::vector<NamedKey> keys_;  // never empty
};

// The secret that signs tokens, and its kid if it has one. Error if none is configured, or several
// are possible.
struct SigningSecret {
  std::string kid;
  std::string secret;
};
Result<SigningSecret> load_signing_secret(const KeyOptions& options);

}  // namespace hermod
