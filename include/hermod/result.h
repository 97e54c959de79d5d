#pragma once
// The result of a call that can fail: a value, or an error code (protocol section 4) with one
// sentence for people. These types throw no exceptions. Ignoring a Result is a compiler warning,
// which is an error in CI.

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hermod {

// The error codes of protocol section 4, as they appear in HTTP error bodies and close reasons.
enum class ErrorCode {
  kAuthentication,
  kAuthorization,
  kQuotaExceeded,
  kRateLimit,
  kValidation,
  kParsing,
  kNotFound,
  kServiceUnavailable,
  kConnection,
  kExternalService,
  kTimeout,
  kConfiguration,
  kInitialization,
  kKafkaPublish,
  kUnknown,
};

// The name of the code on the wire, for example "AUTHENTICATION_ERROR". Static storage.
std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kUnknown;
  std::string message;  // one sentence: the problem and the remedy; never a secret
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Precondition: ok(). The reference lives as long as this Result.
  T& value() { return assert(ok()), std::get<0>(state_); }
  const T& value() const { return assert(ok()), std::get<0>(state_); }
  // Moves the value out. Precondition: ok().
  T take() { return std::move(value()); }

  // Precondition: !ok().
  const Error& error() const { return assert(!ok()), std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return assert(!ok()), *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace hermod
