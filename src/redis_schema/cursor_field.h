#pragma once
// The name of a connection's field in `acked` (cursor_script.cc).

#include <string>
#include <string_view>

#include "bus/cursor.h"

namespace hermod {

// Empty: the cursor names no connection.
inline std::string cursor_field(const Cursor& cursor, std::string_view process) {
  if (cursor.connection == 0) return {};
  std::string field(cursor.device);
  field.append("/").append(process).append("/").append(std::to_string(cursor.connection));
  return field;
}

}  // namespace hermod
