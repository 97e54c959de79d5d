#include "bus/memory_presence_events.h"

#include <utility>

namespace hermod {
namespace {

constexpr int64_t kShardDownMs = 100;

}  // namespace

MemoryPresenceEvents::MemoryPresenceEvents(Dependencies dependencies)
    : uses_(std::move(dependencies)),
      delays_(uses_.loop, uses_.clock, [this](const PresenceCall& call) { on_lease(call.user); }) {}

void MemoryPresenceEvents::start() {
  if (listener_ == nullptr) return;
  for (const std::string& user : uses_.presence.users()) delays_.add({.user = user}, 0);
}

void MemoryPresenceEvents::on_sweep(std::string_view process) {
  if (listener_ == nullptr) return;
  for (const std::string& user : uses_.presence.users()) look_at({user, 0, process});
}

void MemoryPresenceEvents::settle(const PresenceEvent& event, PresenceOutcome outcome) {
  uses_.presence.settle(std::string(event.user), uses_.process, {event.at_ms, outcome});
}

// Another bus finds the users whose last connection was here.
void MemoryPresenceEvents::close() {
  delays_.stop();
  if (listener_ == nullptr) return;
  for (const std::string& user : uses_.presence.users()) on_lease(user);
}

void MemoryPresenceEvents::look_at(const Look& look) {
  if (listener_ == nullptr) return;
  std::string user(look.user);
  if (uses_.down(user)) return delays_.add({.user = std::move(user)}, kShardDownMs);
  const PresenceChange change =
      uses_.presence.look_at(user, {.now_ms = uses_.clock.wall_ms(),
                                    .grace_ms = static_cast<int64_t>(look.grace_ms),
                                    .process = uses_.process,
                                    .repeats = look.repeats});
  switch (change.kind) {
    case PresenceChange::Kind::kNone:
      return;
    case PresenceChange::Kind::kWait:
      return delays_.add({.user = std::move(user)}, change.ms);
    case PresenceChange::Kind::kAnnounce:
      return listener_->on_presence({user, change.online, change.ms});
  }
}

}  // namespace hermod
