#include "settings/option_names.h"

#include <cassert>

namespace hermod {
namespace {

std::string spelled(std::string_view name, char from, char to) {
  assert(!name.empty());
  std::string text;
  for (const char c : name) {
    if (c == from) {
      text += to;
    } else {
      text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return text;
}

}  // namespace

std::string flag_of(std::string_view name) {
  return "--" + spelled(name, '_', '-');
}

std::string file_key_of(std::string_view name) {
  return spelled(name, '_', '_');
}

}  // namespace hermod
