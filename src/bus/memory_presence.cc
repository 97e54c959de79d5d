#include "bus/memory_presence.h"

#include <algorithm>
#include <iterator>

namespace hermod {

uint32_t MemoryPresence::lease(std::string_view process, const LeaseRequest& request,
                               const ProcessLiveness* liveness) {
  Processes& processes = users_[std::string(request.user)];
  const auto found = processes.find(process);
  const uint32_t own = found != processes.end() ? found->second : 0;
  const auto grant = [&] {
    return granted_connections(request, own, connections_of(request.user) - own);
  };
  uint32_t granted = grant();
  if (granted < request.count && liveness != nullptr) {
    std::erase_if(processes, [&](const auto& one) {
      return one.first != process && liveness->is_dead(one.first);
    });
    granted = grant();
  }
  if (granted != 0)
    processes.insert_or_assign(std::string(process), granted);
  else if (found != processes.end())
    processes.erase(found);
  if (processes.empty()) users_.erase(users_.find(request.user));
  return granted;
}

void MemoryPresence::sweep(std::string_view process) {
  for (auto user = users_.begin(); user != users_.end();) {
    Processes& processes = user->second;
    if (const auto found = processes.find(process); found != processes.end()) {
      processes.erase(found);
    }
    user = processes.empty() ? users_.erase(user) : std::next(user);
  }
}

void MemoryPresence::clear(const std::function<bool(std::string_view user)>& belongs) {
  std::erase_if(users_, [&](const auto& user) { return belongs(user.first); });
  std::erase_if(records_, [&](const auto& record) { return belongs(record.first); });
  std::erase_if(revocations_, [&](const auto& user) { return belongs(user.first); });
}

uint32_t MemoryPresence::revoke(const RevokeRequest& request, int64_t now_wall_ms) {
  Revocation& stored = revocations_[std::string(request.user)];
  const uint32_t at_s = request.at_s.value_or(static_cast<uint32_t>(now_wall_ms / 1000));
  stored.at_s = std::max(stored.at_s, at_s);
  stored.until_ms = std::max(stored.until_ms, now_wall_ms + int64_t{request.keep_s} * 1000);
  return stored.at_s;
}

uint32_t MemoryPresence::revoked_s(std::string_view user, int64_t now_wall_ms) const {
  const auto found = revocations_.find(user);
  return found != revocations_.end() && now_wall_ms < found->second.until_ms ? found->second.at_s
                                                                             : 0;
}

uint32_t MemoryPresence::connections_of(std::string_view user) const {
  const auto found = users_.find(user);
  if (found == users_.end()) return 0;
  uint32_t sum = 0;
  for (const auto& [process, count] : found->second) sum += count;
  return sum;
}

PresenceChange MemoryPresence::look_at(const std::string& user, PresenceLook look) {
  look.connected = connections_of(user) != 0;
  return change_presence(records_[user], look);
}

void MemoryPresence::settle(const std::string& user, std::string_view process,
                            const PresenceCall::Outcome& outcome) {
  const auto found = records_.find(user);
  if (found != records_.end() && found->second) settle_presence(*found->second, process, outcome);
}

std::vector<std::string> MemoryPresence::users() const {
  std::vector<std::string> users;
  for (const auto& [user, processes] : users_) users.push_back(user);
  for (const auto& [user, record] : records_) {
    if (!users_.contains(user)) users.push_back(user);
  }
  return users;
}

}  // namespace hermod
