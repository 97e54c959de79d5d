#pragma once
// The settings as text, for `--help-settings` and for docs/configuration.md.

#include <string>

namespace hermod {

// For a terminal, three lines for each setting: its flag (or its variable, if it has no flag), its
// description, and its accepted values and default. docs/man/settings.py parses this format.
std::string option_help();

// Markdown: one section with a table (variable, flag, default, reload, meaning) for each group of
// settings.
std::string option_reference();

}  // namespace hermod
