#pragma once

#include <string>
#include <utility>

#include "hermod/result.h"

namespace hermod {

// The error of a setting or a file that the operator can correct. `sentence` names the problem and
// the remedy, and contains no secret.
inline Error configuration_error(std::string sentence) {
  return {ErrorCode::kConfiguration, std::move(sentence)};
}

}  // namespace hermod
