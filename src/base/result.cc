#include "hermod/result.h"

namespace hermod {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kAuthentication:
      return "AUTHENTICATION_ERROR";
    case ErrorCode::kAuthorization:
      return "AUTHORIZATION_ERROR";
    case ErrorCode::kQuotaExceeded:
      return "QUOTA_EXCEEDED";
    case ErrorCode::kRateLimit:
      return "RATE_LIMIT";
    case ErrorCode::kValidation:
      return "VALIDATION_ERROR";
    case ErrorCode::kParsing:
      return "PARSING_ERROR";
    case ErrorCode::kNotFound:
      return "RESOURCE_NOT_FOUND";
    case ErrorCode::kServiceUnavailable:
      return "SERVICE_UNAVAILABLE";
    case ErrorCode::kConnection:
      return "CONNECTION_ERROR";
    case ErrorCode::kExternalService:
      return "EXTERNAL_SERVICE_ERROR";
    case ErrorCode::kTimeout:
      return "TIMEOUT";
    case ErrorCode::kConfiguration:
      return "CONFIGURATION_ERROR";
    case ErrorCode::kInitialization:
      return "INITIALIZATION_FAILED";
    case ErrorCode::kKafkaPublish:
      return "KAFKA_PUBLISH_ERROR";
    case ErrorCode::kUnknown:
      return "UNKNOWN_ERROR";
  }
  return "UNKNOWN_ERROR";
}

}  // namespace hermod
