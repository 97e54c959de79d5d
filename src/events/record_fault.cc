#include "events/record_fault.h"

namespace hermod {

std::string_view label(RecordFault fault) {
  switch (fault) {
    case RecordFault::kNone:
      return "none";
    case RecordFault::kTombstone:
      return "tombstone";
    case RecordFault::kEmpty:
      return "empty";
    case RecordFault::kTooLarge:
      return "too_large";
    case RecordFault::kInvalidUtf8:
      return "invalid_utf8";
    case RecordFault::kInvalidJson:
      return "invalid_json";
    case RecordFault::kTooDeep:
      return "too_deep";
    case RecordFault::kNotAnObject:
      return "not_an_object";
    case RecordFault::kMissingField:
      return "missing_field";
    case RecordFault::kWrongType:
      return "wrong_type";
    case RecordFault::kDuplicateField:
      return "duplicate_field";
    case RecordFault::kEmptyUser:
      return "empty_teacher_id";
    case RecordFault::kUserTooLong:
      return "teacher_id_too_long";
    case RecordFault::kEventIdTooLong:
      return "event_id_too_long";
  }
  return "unknown";
}

ErrorCode error_code(RecordFault fault) {
  switch (fault) {
    case RecordFault::kTombstone:
    case RecordFault::kEmpty:
    case RecordFault::kInvalidUtf8:
    case RecordFault::kInvalidJson:
    case RecordFault::kTooDeep:
    case RecordFault::kNotAnObject:
      return ErrorCode::kParsing;
    default:
      return ErrorCode::kValidation;
  }
}

}  // namespace hermod
