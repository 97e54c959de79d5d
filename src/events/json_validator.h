#pragma once
// Validates a JSON value completely (RFC 8259). EventReader owns it and calls it once per record.

#include <simdjson.h>

#include <string>
#include <string_view>

#include "events/record_fault.h"

namespace hermod {

class JsonValidator {
 public:
  // `padded` is a copy of `value`, followed by SIMDJSON_PADDING bytes. It is unchanged on return.
  // Returns the first fault, or kNone.
  RecordFault validate(std::string& padded, std::string_view value);

 private:
  simdjson::error_code parse(const std::string& padded, size_t size);

  simdjson::dom::parser parser_;
};

}  // namespace hermod
