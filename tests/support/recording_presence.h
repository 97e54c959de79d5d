#pragma once
// Keeps the presence events of a bus. The test settles them.

#include <string>
#include <vector>

#include "bus/presence.h"

namespace hermod::test {

struct KeptPresence {
  std::string user;
  bool online = false;
  int64_t at_ms = 0;

  PresenceEvent event() const { return {user, online, at_ms}; }
};

class RecordingPresence final : public PresenceListener {
 public:
  void on_presence(const PresenceEvent& event) override {
    events.push_back({std::string(event.user), event.online, event.at_ms});
  }

  std::vector<KeptPresence> of(const std::string& user) const {
    std::vector<KeptPresence> found;
    for (const KeptPresence& one : events) {
      if (one.user == user) found.push_back(one);
    }
    return found;
  }
  // "+" for each time the user came online, "-" for each time it went offline.
  std::string states(const std::string& user) const {
    std::string found;
    for (const KeptPresence& one : of(user)) found += one.online ? '+' : '-';
    return found;
  }

  std::vector<KeptPresence> events;
};

}  // namespace hermod::test
