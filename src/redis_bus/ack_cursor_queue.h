#pragma once
// The ack cursors that Redis may not have yet: those that wait, and those whose write is in flight.
// Of the waiting ones, it keeps only the newest of each user. RedisAckCursors owns it and sends
// them.

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/stream_id.h"
#include "base/text_hash.h"
#include "base/user_predicate.h"

namespace hermod {

class AckCursorQueue {
 public:
  struct Entry {
    std::string user;
    StreamId stream_id;
    bool is_void = false;  // clear() was called after the entry was sent
  };

  void add(std::string_view user, StreamId stream_id);
  void clear();  // the stream ids are void: drops the waiting entries, and put_back() drops those
                 // in flight

  // Removes and returns the newest entries of the users for which `leaves` returns true, including
  // those in flight, because Redis may not have stored them.
  std::vector<Entry> release(const UserPredicate& leaves);

  // Moves an entry from those that wait to those in flight. Precondition: has_waiting(). The result
  // is valid until the next call.
  const Entry& send();
  // The oldest write in flight was answered or lost. Precondition: in_flight() > 0.
  Entry pop();
  // Redis does not have this entry, so it waits again.
  void put_back(const Entry& entry);

  bool waits(std::string_view user) const { return waiting_.contains(user); }
  bool has_waiting() const { return !waiting_.empty(); }
  size_t in_flight() const { return flight_.size(); }

  // The newest stream id of this user; null: none.
  StreamId newest(std::string_view user) const;

 private:
  std::unordered_map<std::string, StreamId, TextHash, std::equal_to<>> waiting_;
  std::deque<Entry> flight_;  // in the order in which they were sent
};

}  // namespace hermod
