#pragma once
// Reading what keys stand in.

#include <string>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

// The whole of a regular file of at most 1 MiB (base/file.h). `variable` names the setting in the
// error.
Result<std::string> read_key_file(std::string_view variable, const std::string& path);

// Without the one line end that editors and `echo` leave behind a secret.
std::string_view without_line_end(std::string_view text);

}  // namespace hermod
