#pragma once
// The part of the table of settings that concerns Redis.

#include <span>

#include "settings/option_table.h"

namespace hermod {

std::span<const OptionRow> redis_rows();

}  // namespace hermod
