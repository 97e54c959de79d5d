#pragma once
// Reads whole files. Never blocks on a pipe, and limits the size.

#include <cstddef>
#include <string>

#include "hermod/result.h"

namespace hermod {

inline constexpr size_t kFileBytesMax = size_t{1024} * 1024;

// The content of a regular file. A pipe, a socket, a device, a directory or a file of more than
// `bytes_max` bytes is an error. The message of the error (kConfiguration) completes the sentence
// "the file PATH ..." and contains nothing from the file.
Result<std::string> read_file(const std::string& path, size_t bytes_max = kFileBytesMax);

// The same for an open file. Reads from its current offset, which is at the end of the file
// afterwards. The caller keeps the descriptor.
Result<std::string> read_file(int descriptor, size_t bytes_max = kFileBytesMax);

}  // namespace hermod
