#pragma once
// How a fallible call answers: a value, or an error code (protocol section 4) with one sentence for
// a person. Nothing here throws; a Result that is dropped is a compiler warning, and so an error in
// CI.

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hermod {

// The error codes of protocol section 4, as they stand in HTTP error bodies and close reasons.
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

// The code's text on the wire, e.g. "AUTHENTICATION_ERROR". Static storage.
std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kUnknown;
  std::string message;  // one sentence: what was wrong and what would be right; never a secret
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
