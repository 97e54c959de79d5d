#pragma once
// Presence events: a user came online with the first connection of any process, or is offline
// because the last one ended a grace time ago. The bus keeps what was announced of each user, so
// that of all processes one announces a change. MemoryBus and RedisBus implement it (bus.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hermod {

inline constexpr uint64_t kPresenceGraceMs = 10'000;

struct PresenceEvent {
  std::string_view user;
  bool online = false;
  int64_t at_ms = 0;  // the time of the bus, since 1970; strictly increasing for each user
};

// What became of an event. kFailed: another process, or the next change of the user, repeats it.
enum class PresenceOutcome : uint8_t { kWritten, kFailed };

class PresenceListener {
 public:
  // Called until the close of the bus has completed, and never inside a call of the listener. The
  // listener answers with Bus::settle_presence(). An event may come again before that: `at_ms`
  // identifies it. The view is valid during the call.
  virtual void on_presence(const PresenceEvent& event) = 0;

 protected:
  ~PresenceListener() = default;
};

// A request about the presence of one user: to look whether `offline` is due, or to store the
// outcome of an event.
struct PresenceCall {
  struct Outcome {
    int64_t at_ms = 0;  // of the event
    PresenceOutcome outcome = PresenceOutcome::kWritten;
  };

  std::string user;
  std::optional<Outcome> settled = {};  // none: look whether `offline` is due
};

}  // namespace hermod
