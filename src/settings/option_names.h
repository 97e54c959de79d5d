#pragma once
// The spellings of a setting's name: the environment variable WEBSOCKET_PORT, the flag
// --websocket-port and the key websocket_port of the file.

#include <string>
#include <string_view>

namespace hermod {

// `name` is that of the environment variable.
std::string flag_of(std::string_view name);
std::string file_key_of(std::string_view name);

}  // namespace hermod
