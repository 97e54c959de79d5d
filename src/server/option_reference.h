#pragma once
// The settings as text, for `--help-settings` and for the manual.

#include <string>

namespace hermod {

// Columns for a terminal: the flag (or the variable, where there is no flag), what it is, its
// default.
std::string option_help();

// Markdown tables with variable, flag, default and meaning, a section each.
std::string option_reference();

}  // namespace hermod
