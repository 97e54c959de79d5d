#pragma once
// The acknowledged positions that Redis may not have yet: those that wait, and those whose write is
// in flight. Those of one connection that wait are one move. RedisAckCursors owns it and sends
// them.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/stream_id.h"
#include "base/text_hash.h"
#include "base/user_predicate.h"
#include "bus/cursor.h"

namespace hermod {

class AckCursorQueue {
 public:
  // The later kind of two moves of one connection wins.
  enum class Kind : uint8_t {
    kOpen,   // the connection acknowledged
    kLate,   // the same after its end: its hold moves if it left one
    kHeld,   // it ended and leaves a hold
    kClean,  // it ended without one
  };
  struct Move {
    std::string device;
    uint64_t connection = 0;
    StreamId stream_id;  // null: its position stays
    Kind kind = Kind::kOpen;
  };
  struct Entry {
    std::string user;
    std::vector<Move> moves;
    bool released = false;  // after it was sent
  };

  void add(std::string_view user, Move move);
  void clear();  // the stream ids are void: only the ends of connections stay

  // Removes and returns the entries of the users for which `leaves` returns true, including those
  // in flight, because Redis may not have stored them.
  std::vector<Entry> release(const UserPredicate& leaves);

  // Move an entry from those that wait to those in flight: any, or the user's. Precondition:
  // has_waiting(), waits(). The result is valid until the next call.
  const Entry& send();
  const Entry& send(std::string_view user);
  // The oldest write in flight was answered or lost. Precondition: in_flight() > 0.
  Entry pop();
  // Redis does not have this entry, so it waits again.
  void put_back(Entry entry);

  bool waits(std::string_view user) const { return waiting_.contains(user); }
  bool has_waiting() const { return !waiting_.empty(); }
  size_t in_flight() const { return flight_.size(); }

 private:
  using Waiting = std::unordered_map<std::string, std::vector<Move>, TextHash, std::equal_to<>>;

  const Entry& send(Waiting::iterator next);
  bool ends_in_flight(std::string_view user, const Move& move) const;

  Waiting waiting_;
  std::deque<Entry> flight_;  // in the order in which they were sent
};

}  // namespace hermod
