#pragma once
// The lease of a user: how many connections of the user a process holds, as all processes know it.
// The sum over the processes is limited. MemoryBus and RedisBus keep the leases (bus.h).

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace hermod {

struct LeaseRequest {
  std::string_view user;
  uint32_t count = 0;  // the connections of the user in this process; 0: the lease ends
  // Of these, the connections that were granted before. They stay, whatever the sum is.
  uint32_t held = 0;
  uint32_t limit = 0;  // of the sum over all processes
};

enum class LeaseAnswer : uint8_t {
  kGranted,  // all of `count`; also while the user's shard is unavailable
  kLater,    // BusListener::on_lease() follows, unless lease() is called again for the user
};

// How many connections a process gets. `own`: what the bus knows of this process; `others`: the sum
// of the other processes.
inline uint32_t granted_connections(const LeaseRequest& request, uint32_t own, uint32_t others) {
  const uint32_t room = request.limit - std::min(request.limit, others);
  const uint32_t kept = std::max(request.held, std::min(own, request.count));
  return std::max(kept, std::min(request.count, room));
}

// Port: which processes have ended without an end of their leases. The list of the members of the
// service implements it.
class ProcessLiveness {
 public:
  // Whether the process has not been among the members for 10 s of the time of Redis.
  virtual bool is_dead(std::string_view process) const = 0;

 protected:
  ~ProcessLiveness() = default;
};

}  // namespace hermod
