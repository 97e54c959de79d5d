#pragma once

#include <string>
#include <string_view>

#include "http/request_head.h"

namespace hermod::test {

// A header field that occurs once.
inline HeaderField field(std::string_view value) {
  return {std::string(value), 1};
}

}  // namespace hermod::test
