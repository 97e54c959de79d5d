// simdjson's DOM parser reads every byte, but rejects numbers beyond 64 bits and lone surrogates,
// which RFC 8259 allows. After an error they are replaced in the copy, which is parsed once more
// and then restored.

#include "events/json_validator.h"

#include <cassert>

#include "events/json_numbers.h"
#include "events/json_surrogates.h"

namespace hermod {

simdjson::error_code JsonValidator::parse(const std::string& padded, size_t size) {
  assert(padded.size() >= size + simdjson::SIMDJSON_PADDING);
  const auto* bytes = reinterpret_cast<const uint8_t*>(padded.data());
  return parser_.parse(bytes, size, false).error();
}

RecordFault JsonValidator::validate(std::string& padded, std::string_view value) {
  auto error = parse(padded, value.size());
  if (error != simdjson::SUCCESS && error != simdjson::UTF8_ERROR &&
      error != simdjson::DEPTH_ERROR) {
    blank_numbers(padded, value.size());
    mask_lone_surrogates(padded, value.size());
    error = parse(padded, value.size());
    padded.replace(0, value.size(), value);
  }
  switch (error) {
    case simdjson::SUCCESS:
      return RecordFault::kNone;
    case simdjson::UTF8_ERROR:
      return RecordFault::kInvalidUtf8;
    case simdjson::DEPTH_ERROR:
      return RecordFault::kTooDeep;
    case simdjson::EMPTY:
      return RecordFault::kEmpty;
    default:
      return RecordFault::kInvalidJson;
  }
}

}  // namespace hermod
