#pragma once
// The leases and the revocations of all users in memory: for each user and process, the number of
// connections; for each user, the second up to which the tokens are revoked, and the presence
// record, if a bus reports events. The MemoryBus objects of one program may share it, as processes
// share Redis.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text_hash.h"
#include "bus/bus.h"
#include "bus/lease.h"
#include "bus/presence_record.h"

namespace hermod {

class MemoryPresence {
 public:
  // Stores the lease and returns the number that was granted. The leases of dead processes are
  // removed if the limit would be exceeded otherwise. `liveness` may be null.
  uint32_t lease(std::string_view process, const LeaseRequest& request,
                 const ProcessLiveness* liveness);

  void sweep(std::string_view process);  // removes all leases of the process
  // Removes the data of the users for which `belongs` returns true.
  void clear(const std::function<bool(std::string_view user)>& belongs);

  // As Bus::revoke(), and ReplayPage::revoked_s.
  uint32_t revoke(const RevokeRequest& request, int64_t now_wall_ms);
  uint32_t revoked_s(std::string_view user, int64_t now_wall_ms) const;

  uint32_t connections_of(std::string_view user) const;  // of all processes

  // As change_presence(). Sets PresenceLook::connected.
  PresenceChange look_at(const std::string& user, PresenceLook look);
  void settle(const std::string& user, std::string_view process,
              const PresenceCall::Outcome& outcome);
  std::vector<std::string> users() const;  // with leases or records

 private:
  using Processes = std::map<std::string, uint32_t, std::less<>>;

  struct Revocation {
    uint32_t at_s = 0;
    int64_t until_ms = 0;  // wall time
  };

  std::unordered_map<std::string, Processes, TextHash, std::equal_to<>> users_;
  std::unordered_map<std::string, Revocation, TextHash, std::equal_to<>> revocations_;
  std::unordered_map<std::string, std::optional<PresenceRecord>> records_;
};

}  // namespace hermod
