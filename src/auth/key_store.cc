#include "auth/key_store.h"

#include <algorithm>
#include <cassert>

#include "auth/key_file.h"
#include "auth/key_set.h"
#include "base/configuration_error.h"
#include "base/text_flaw.h"

namespace hermod {
namespace {

Error wrong(std::string_view variable, const Error& why) {
  return {why.code, std::string(variable) + ' ' + why.message};
}

Result<const Algorithm*> algorithm_of(const KeyOptions& options) {
  const Algorithm* algorithm = find_algorithm(options.algorithm);
  if (algorithm != nullptr) return algorithm;
  return configuration_error(
      "JWT_ALGORITHM must be HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384 or ES512");
}

// A secret and the variable that it comes from.
struct NamedSecret {
  std::string_view variable;
  std::string text;
};

Result<NamedSecret> load_secret(const KeyOptions& options) {
  if (options.secret_file.empty()) return NamedSecret{"JWT_SECRET_KEY", options.secret};
  Result<std::string> text = read_key_file("JWT_SECRET_KEY_FILE", options.secret_file);
  if (!text) return text.error();
  return NamedSecret{"JWT_SECRET_KEY_FILE", std::string(without_line_end(text.value()))};
}

using Keys = Result<std::vector<NamedKey>>;

Keys single(std::unique_ptr<SignatureKey> key) {
  std::vector<NamedKey> keys;
  keys.push_back({"", std::move(key)});
  return keys;
}

// Loads the keys from the configured source.
struct KeyLoader {
  const Algorithm& algorithm;
  const KeyOptions& options;
  Log& log;

  Result<void> check_length(std::string_view variable, size_t bytes) const {
    if (algorithm.family != KeyFamily::kSecret || bytes >= algorithm.digest_bytes) return {};
    if (bytes == 0) return {};  // an empty key is refused with its own error
    const std::string wanted = std::to_string(algorithm.digest_bytes);
    if (options.short_keys == KeyOptions::ShortKeys::kRefused) {
      return configuration_error(std::string(variable) + " is shorter than the " + wanted +
                                 " bytes that " + std::string(algorithm.name) +
                                 " requires in production, unless JWT_ALLOW_SHORT_KEY is true");
    }
    log.warning(
        "the JWT key is shorter than its hash and may be guessed",
        {{"variable", variable}, {"bytes", bytes}, {"bytes_wanted", algorithm.digest_bytes}});
    return {};
  }

  // Checks a secret from a file. The value of JWT_SECRET_KEY itself is checked with the other
  // settings.
  Result<void> check_text(std::string_view variable, std::string_view text) const {
    const std::string_view flaw = options.secret_file.empty() ? "" : text_flaw(text);
    if (flaw.empty()) return {};
    if (options.flaws == KeyOptions::Flaws::kRefused) {
      return configuration_error(
          std::string(variable) + " names a file whose secret " + std::string(flaw) +
          ", which counts as part of the secret: remove it from the file (outside "
          "ENVIRONMENT=production this is only a warning)");
    }
    log.warning("the JWT key probably contains characters that were not intended",
                {{"variable", variable}, {"why", flaw}});
    return {};
  }

  Keys load_secret_key() const {
    const Result<NamedSecret> secret = load_secret(options);
    if (!secret) return secret.error();
    const auto& [variable, text] = secret.value();
    if (Result<void> fits = check_length(variable, text.size()); !fits) return fits.error();
    if (Result<void> fits = check_text(variable, text); !fits) return fits.error();
    KeyResult key = make_secret_key(algorithm, text);
    if (!key) return wrong(variable, key.error());
    return single(key.take());
  }

  Keys load_public_key() const {
    const Result<std::string> pem = read_key_file("JWT_PUBLIC_KEY_FILE", options.public_key_file);
    if (!pem) return pem.error();
    KeyResult key = make_pem_key(algorithm, pem.value());
    if (!key) return wrong("JWT_PUBLIC_KEY_FILE", key.error());
    return single(key.take());
  }

  Keys load_set() const {
    Result<std::vector<UsableKey>> set = load_key_set(algorithm, options, &log);
    if (!set) return set.error();
    std::vector<NamedKey> keys;
    for (UsableKey& usable : set.value()) {
      keys.push_back({std::move(usable.from.kid), std::move(usable.key)});
    }
    return keys;
  }

  Keys load() const {
    if (!options.jwks_file.empty()) return load_set();
    if (algorithm.family != KeyFamily::kSecret) {
      if (!options.public_key_file.empty()) return load_public_key();
      return configuration_error(
          "JWT_PUBLIC_KEY_FILE or JWT_JWKS_FILE is needed for JWT_ALGORITHM " + options.algorithm);
    }
    if (!options.secret.empty() || !options.secret_file.empty()) return load_secret_key();
    return configuration_error(
        "JWT_SECRET_KEY, JWT_SECRET_KEY_FILE or JWT_JWKS_FILE is needed for JWT_ALGORITHM " +
        options.algorithm);
  }
};

}  // namespace

KeyStore::KeyStore(const Algorithm& algorithm, KidUse kid_use, std::vector<NamedKey> keys)
    : algorithm_(&algorithm), kid_use_(kid_use), keys_(std::move(keys)) {
  assert(!keys_.empty());
  assert(kid_use_ == KidUse::kSelects || keys_.size() == 1);
}

Result<KeyStore> KeyStore::load(const KeyOptions& options, Log& log) {
  const Result<const Algorithm*> algorithm = algorithm_of(options);
  if (!algorithm) return algorithm.error();
  Keys keys = KeyLoader{*algorithm.value(), options, log}.load();
  if (!keys) return keys.error();
  const KidUse kid_use = options.jwks_file.empty() ? KidUse::kIgnored : KidUse::kSelects;
  return KeyStore(*algorithm.value(), kid_use, keys.take());
}

SignatureKey* KeyStore::find(const std::optional<std::string_view>& kid) const {
  assert(!keys_.empty());
  if (kid_use_ == KidUse::kIgnored || (!kid && keys_.size() == 1)) return keys_.front().key.get();
  if (!kid) return nullptr;
  for (const NamedKey& named : keys_) {
    if (named.kid == *kid && !kid->empty()) return named.key.get();
  }
  return nullptr;
}

bool KeyStore::has(uint32_t key) const {
  return std::ranges::any_of(keys_, [key](const NamedKey& one) { return one.key->id() == key; });
}

Result<SigningSecret> load_signing_secret(const KeyOptions& options) {
  const Result<const Algorithm*> algorithm = algorithm_of(options);
  if (!algorithm) return algorithm.error();
  if (algorithm.value()->family != KeyFamily::kSecret) {
    return configuration_error(
        "JWT_ALGORITHM " + options.algorithm +
        " signs with a private key, which hermod never has; tokens are minted with HS256, HS384 "
        "or HS512 only");
  }
  if (!options.jwks_file.empty()) {
    // No log, because the verifier has already warned about the keys of the set.
    Result<std::vector<UsableKey>> set = load_key_set(*algorithm.value(), options, nullptr);
    if (!set) return set.error();
    if (set.value().size() > 1) {
      return configuration_error(
          "JWT_JWKS_FILE holds several secrets; minting a token requires exactly one");
    }
    JsonWebKey& key = set.value().front().from;
    return SigningSecret{std::move(key.kid), std::move(key.secret)};
  }
  Result<NamedSecret> secret = load_secret(options);
  if (!secret) return secret.error();
  if (!secret.value().text.empty()) return SigningSecret{"", std::move(secret.value().text)};
  return configuration_error(
      "JWT_SECRET_KEY, JWT_SECRET_KEY_FILE or JWT_JWKS_FILE is needed to mint a token");
}

}  // namespace hermod
