#pragma once

#include <functional>
#include <string_view>

namespace hermod {

// Selects users by their id.
using UserPredicate = std::function<bool(std::string_view user)>;

}  // namespace hermod
