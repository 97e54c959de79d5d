#pragma once
// Reads key files and the files of secrets that the settings name.

#include <string>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

// Reads a regular file of at most 1 MiB (base/file.h). `variable` is the setting that the error
// names.
Result<std::string> read_key_file(std::string_view variable, const std::string& path);

// Removes one trailing line end, which editors and `echo` append to a secret.
std::string_view without_line_end(std::string_view text);

}  // namespace hermod
