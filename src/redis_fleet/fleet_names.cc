#include "redis_fleet/fleet_names.h"

namespace hermod {

FleetNames make_fleet_names(std::string_view prefix, uint32_t database) {
  const std::string own = std::string(prefix) + ':';
  FleetNames names;
  names.members = own + "members";
  names.reports = own + '{' + names.members + "}:reports";
  names.revoked = own + '{' + names.members + "}:revoked";
  names.control = own + (database == 0 ? "" : std::to_string(database) + ':') + "control";
  return names;
}

}  // namespace hermod
