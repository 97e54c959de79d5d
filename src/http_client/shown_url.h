#pragma once
// The part of a URL that logs and errors may show.

#include <string>
#include <string_view>

namespace hermod {

// `url` without its user name, password, query and fragment, any of which may be a secret.
std::string shown_url(std::string_view url);

}  // namespace hermod
