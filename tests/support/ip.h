#pragma once

#include <string_view>

#include "base/ip_address.h"

namespace hermod::test {

inline IpAddress ip(std::string_view text) {
  return parse_address(text).value();
}

}  // namespace hermod::test
