#pragma once
// The id of a process among the processes of one service: "<host>.<8 random hexadecimal digits>".
// A restarted process has another id.

#include <string>

namespace hermod {

std::string host_name();  // of at most 64 bytes; characters outside A-Za-z0-9.- are replaced by -
std::string make_process_id();

}  // namespace hermod
