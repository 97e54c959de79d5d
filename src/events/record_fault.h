#pragma once
// Why a record cannot be routed. EventParser determines it; label() is written into the headers of
// the dead letter and into metrics.

#include <cstdint>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

enum class RecordFault : uint8_t {
  kNone,
  kTombstone,
  kEmpty,
  kTooLarge,
  kInvalidUtf8,
  kInvalidJson,
  kTooDeep,
  kNotAnObject,
  kMissingField,
  kWrongType,
  kDuplicateField,
  kEmptyUser,
  kUserTooLong,
  kEventIdTooLong,
};

std::string_view label(RecordFault fault);  // e.g. "missing_field"; static storage
ErrorCode error_code(RecordFault fault);

}  // namespace hermod
