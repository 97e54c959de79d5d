#include "auth/key_set.h"

#include <algorithm>

#include "auth/key_file.h"

namespace hermod {
namespace {

// A set is read at each reload and may contain thousands of keys, so only the first unusable ones
// are named.
constexpr size_t kNamedInLogMax = 10;
constexpr size_t kNamedInErrorMax = 3;

KeyResult make_key(const Algorithm& algorithm, const JsonWebKey& from) {
  switch (algorithm.family) {
    case KeyFamily::kSecret:
      return make_secret_key(algorithm, from.secret);
    case KeyFamily::kRsa:
      return make_rsa_key(algorithm, from.modulus, from.exponent);
    case KeyFamily::kCurve:
      return make_curve_key(algorithm, from.x, from.y);
  }
  return Error{ErrorCode::kConfiguration, "belongs to an unknown key family"};
}

bool is_same_key(const JsonWebKey& a, const JsonWebKey& b) {
  return a.secret == b.secret && a.modulus == b.modulus && a.exponent == b.exponent && a.x == b.x &&
         a.y == b.y;
}

class SetLoader {
 public:
  SetLoader(const Algorithm& algorithm, const KeyOptions& options)
      : algorithm_(algorithm), options_(options) {}

  Result<void> load() {
    const Result<std::string> text = read_key_file("JWT_JWKS_FILE", options_.jwks_file);
    if (!text) return text.error();
    Result<JsonWebKeySet> set = parse_jwks(algorithm_, text.value());
    if (!set) return Error{set.error().code, "JWT_JWKS_FILE " + set.error().message};
    skipped_ = std::move(set.value().skipped);
    for (JsonWebKey& from : set.value().keys) add(std::move(from));
    return {};
  }

  void report(Log& log) const {
    for (size_t i = 0; i < std::min(skipped_.size(), kNamedInLogMax); ++i) {
      log.warning(
          "a key of the set cannot be used and is skipped",
          {{"variable", "JWT_JWKS_FILE"}, {"key", skipped_[i].name}, {"why", skipped_[i].why}});
    }
    if (skipped_.size() > kNamedInLogMax) {
      log.warning("more keys of the set cannot be used and are skipped",
                  {{"variable", "JWT_JWKS_FILE"}, {"keys", skipped_.size() - kNamedInLogMax}});
    }
    for (const std::string& name : short_) {
      log.warning("a JWT key of the set is shorter than its hash and may be guessed",
                  {{"variable", "JWT_JWKS_FILE"}, {"key", name}});
    }
  }

  Error no_usable_key() const {
    std::string message =
        "JWT_JWKS_FILE holds no usable key for signatures of " + std::string(algorithm_.name);
    for (size_t i = 0; i < std::min(skipped_.size(), kNamedInErrorMax); ++i) {
      message += (i == 0 ? ": key " : "; key ") + skipped_[i].name + ' ' + skipped_[i].why;
    }
    return {ErrorCode::kConfiguration, std::move(message)};
  }

  std::vector<UsableKey> take() { return std::move(usable_); }
  bool empty() const { return usable_.empty(); }

 private:
  void add(JsonWebKey from) {
    const bool is_short =
        algorithm_.family == KeyFamily::kSecret && from.secret.size() < algorithm_.digest_bytes;
    if (is_short && options_.short_keys == KeyOptions::ShortKeys::kRefused) {
      return skip(from, "is shorter than the " + std::to_string(algorithm_.digest_bytes) +
                            " bytes that " + std::string(algorithm_.name) +
                            " requires in production, unless JWT_ALLOW_SHORT_KEY is true");
    }
    KeyResult key = make_key(algorithm_, from);
    if (!key) return skip(from, key.error().message);
    const auto same_kid = [&from](const UsableKey& other) {
      return !from.kid.empty() && other.from.kid == from.kid;
    };
    if (std::ranges::any_of(usable_, same_kid)) return skip(from, "has the kid of an earlier key");
    if (JsonWebKey* const same = same_key_without_kid(from)) {
      if (!from.kid.empty()) std::swap(*same, from);  // keep the kid, because tokens may name it
      return skip(from, "is the same as another key of the set, and has no kid");
    }
    if (is_short) short_.push_back(from.name);
    usable_.push_back({std::move(from), std::move(key.value())});
  }

  // Returns a usable key with the same numbers if one of the two has no kid; otherwise null. With
  // both in the set, a token without a kid would be ambiguous and would be refused.
  JsonWebKey* same_key_without_kid(const JsonWebKey& from) {
    for (UsableKey& usable : usable_) {
      const bool named = !from.kid.empty() && !usable.from.kid.empty();
      if (!named && is_same_key(usable.from, from)) return &usable.from;
    }
    return nullptr;
  }

  void skip(const JsonWebKey& from, std::string why) {
    skipped_.push_back({from.name, std::move(why)});
  }

  const Algorithm& algorithm_;
  const KeyOptions& options_;
  std::vector<UsableKey> usable_;
  std::vector<SkippedKey> skipped_;
  std::vector<std::string> short_;  // shorter than the hash, but used
};

}  // namespace

Result<std::vector<UsableKey>> load_key_set(const Algorithm& algorithm, const KeyOptions& options,
                                            Log* log) {
  SetLoader loader(algorithm, options);
  if (auto loaded = loader.load(); !loaded) return loaded.error();
  if (loader.empty()) return loader.no_usable_key();
  if (log != nullptr) loader.report(*log);
  return loader.take();
}

}  // namespace hermod
