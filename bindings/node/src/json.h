#pragma once
// JSON of everything that JavaScript receives. A string passes the boundary in one call, and
// JSON.parse() creates the objects in the caller's realm.

#include <string>
#include <vector>

#include "hermod/harness.h"
#include "hermod/stats.h"

namespace hermod::node {

std::string to_json(const std::vector<HarnessEvent>& events);
std::string to_json(const std::vector<Harness::Text>& texts);
std::string to_json(const std::vector<Harness::Connection>& connections);
std::string to_json(const RecordPosition& position);
std::string to_json(const Stats& stats);
std::string to_json(const std::vector<std::string>& texts);

}  // namespace hermod::node
