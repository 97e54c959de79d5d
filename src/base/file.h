#pragma once
// The one way in which a whole file is read: never waits, and never holds more than it may.

#include <cstddef>
#include <string>

#include "hermod/result.h"

namespace hermod {

inline constexpr size_t kFileBytesMax = size_t{1024} * 1024;

// The text of a regular file. A pipe, a socket, a device and a directory are refused without being
// read, and so is a file of more than `bytes_max` bytes. The error (kConfiguration) completes "the
// file PATH …", and holds nothing of the file.
Result<std::string> read_file(const std::string& path, size_t bytes_max = kFileBytesMax);

// The same of a file that is open already; its offset moves to the end.
Result<std::string> read_file(int descriptor, size_t bytes_max = kFileBytesMax);

}  // namespace hermod
