#include "http_client/ca_store.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

namespace hermod {
namespace {

constexpr size_t kHashDigits = 8;

// Whether the name is "0123abcd.0", the first certificate with this hash.
bool is_hash_name(const std::string& name) {
  return name.size() == kHashDigits + 2 && name.ends_with(".0") &&
         std::all_of(name.begin(), name.begin() + kHashDigits,
                     [](unsigned char c) { return std::isxdigit(c) != 0; });
}

bool has_hash_names(const char* directory) {
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (is_hash_name(entry->path().filename())) return true;
  }
  return false;
}

}  // namespace

CaStore choose_ca_store(const std::string& ca_file, const char* bundle, const char* directory) {
  if (!ca_file.empty()) return {.file = ca_file, .directory = {}};
  if (directory != nullptr && has_hash_names(directory)) {
    return {.file = {}, .directory = directory};
  }
  return {.file = bundle == nullptr ? "" : bundle, .directory = {}};
}

}  // namespace hermod
