#pragma once
// Compares and copies settings for a reload. The column `change` of the option table states which
// settings a reload applies; the others need a restart.

#include <string_view>
#include <vector>

#include "hermod/options.h"

namespace hermod {

// The names of the settings that differ between `now` and `wanted` and need a restart.
std::vector<std::string_view> settings_to_restart_for(const Options& now, const Options& wanted);

// The names of the settings that differ and that a reload applies.
std::vector<std::string_view> settings_to_apply(const Options& now, const Options& wanted);

// Copies the settings that a reload applies from `wanted` to `now`.
void apply_reloadable(const Options& wanted, Options& now);

}  // namespace hermod
