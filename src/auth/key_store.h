#pragma once
// The keys that tokens are checked with, loaded from where the configuration says. One key, or a
// set in which a token's `kid` chooses.

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

class KeyStore {
 public:
  // Reads the files. Warns of what is allowed but odd: short secrets, a blank around a secret, a
  // key of a set that cannot be used.
  static Result<KeyStore> load(const KeyOptions& options, Log& log);

  const Algorithm& algorithm() const { return *algorithm_; }

  // The key for a token with this `kid`; nullptr where there is none, or where it has no kid and
  // several keys could be meant. A key outside a set answers to every kid.
  SignatureKey* find(const std::optional<std::string_view>& kid) const;

 private:
  friend struct KeyLoader;

  struct Named {
    std::string kid;
    std::unique_ptr<SignatureKey> key;
  };

  const Algorithm* algorithm_ = nullptr;
  bool in_set_ = false;
  std::vector<Named> keys_;
};

// The secret that tokens are signed with, and its kid where it has one. An error where the
// configuration has none, or several that could be meant.
struct SigningSecret {
  std::string kid;
  std::string secret;
};
Result<SigningSecret> load_signing_secret(const KeyOptions& options);

}  // namespace hermod
