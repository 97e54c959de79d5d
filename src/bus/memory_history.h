#pragma once
// The data of MemoryBus: the last messages, the last stream id and the positions of each user, and
// the ids of routed events. Its size is bounded: each append() removes some expired entries. Owned
// by MemoryBus.

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/text_hash.h"
#include "bus/bus.h"
#include "bus/memory_cursors.h"
#include "bus/memory_presence.h"

namespace hermod {

struct MemoryBusOptions {
  uint64_t idempotency_ttl_s = 86'400;
  uint64_t notification_ttl_s = 300;  // 0: no replay for users who were offline
  uint64_t history_max = 256;         // messages kept per user
  ShardId shards = 1;                 // at least 1
  // The id of the process, and the leases of all of them. Null: the bus has leases of its own.
  std::string process = "memory";
  std::shared_ptr<MemoryPresence> presence = {};
  uint64_t presence_grace_ms = kPresenceGraceMs;
};

class MemoryHistory {
 public:
  MemoryHistory(const Clock& clock, const MemoryBusOptions& options);

  // The stream id of the new message; none: the event is a duplicate.
  std::optional<StreamId> append(std::string_view user, std::string_view event_id,
                                 std::string_view text, std::string_view traceparent = {});

  // Without `after`, it may begin the position of a connection.
  ReplayPage page(const ReplayRequest& request);
  void acknowledge(const Acknowledgement& acknowledgement);
  void end_cursor(std::string_view user, const Cursor& cursor, CursorEnd end);
  // What the user has seen for the first time.
  std::vector<StreamId> mark_seen(const SeenRequest& request);

  // Removes the data of the users for which `belongs` returns true.
  void clear(const std::function<bool(std::string_view user)>& belongs);

  size_t users() const { return users_.size(); }
  size_t texts() const { return texts_kept_; }
  size_t events() const { return seen_.size(); }
  uint64_t devices_forgotten() const { return devices_forgotten_; }

 private:
  struct User {
    std::deque<ReplayPage::Entry> texts;
    StreamId last;
    MemoryCursors cursors;
    std::set<StreamId> seen;  // of `texts`
    int64_t touched_ms = 0;
    std::list<const std::string*>::iterator idle;  // of this user, in idle_
  };
  struct TextExpiry {
    int64_t at_ms;
    User* user;
    StreamId stream_id;
  };

  User& touch(std::string_view user);
  MemoryCursors::Now now() const;
  StreamId begin(const ReplayRequest& request, User& user);
  void sweep();
  void drop_front(User& user);

  const Clock& clock_;
  MemoryBusOptions options_;
  int64_t text_ms_;  // how long a message is kept
  int64_t user_ms_;  // how long a user without a new message is kept
  std::unordered_map<std::string, User, TextHash, std::equal_to<>> users_;
  std::list<const std::string*> idle_;  // the users by last message, oldest first
  std::deque<TextExpiry> text_expiries_;
  std::unordered_set<std::string, TextHash> seen_;
  std::deque<std::pair<int64_t, const std::string*>> seen_expiries_;
  size_t texts_kept_ = 0;
  uint64_t devices_forgotten_ = 0;
};

}  // namespace hermod
