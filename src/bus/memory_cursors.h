#pragma once
// The acknowledged positions of one user in the in-memory bus, with the rules of RedisBus
// (redis_schema/cursor_script.cc). MemoryHistory has one for each user.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/stream_id.h"
#include "bus/cursor.h"

namespace hermod {

class MemoryCursors {
 public:
  struct Now {
    int64_t steady_ms = 0;
    int64_t wall_ms = 0;
    int64_t hold_ms = 0;  // how long a hold lives; 0: there are none
  };

  // Where the connection begins: its position, once it has one; otherwise the lowest of its device
  // and of the device's other connections, of which the highest hold is discharged. Without a
  // connection: the position of the device. `last` as in ReplayPage.
  StreamId begin(const Cursor& cursor, StreamId last, const Now& now);

  // The connection began earlier than its position says: messages after this one are new to it.
  void lower(const Cursor& cursor, StreamId position);

  // Precondition: `stream_id` is at most the newest one of the user.
  void acknowledge(const Cursor& cursor, StreamId stream_id, bool ended);
  void end(const Cursor& cursor, CursorEnd end, const Now& now);

  StreamId user() const { return user_; }
  uint64_t forgotten() const { return forgotten_; }  // devices, for new ones

 private:
  struct Position {
    StreamId stream_id;
    std::optional<int64_t> held_until_ms = {};  // steady; none: the connection is open
  };
  using Key = std::pair<std::string, uint64_t>;  // device, connection
  struct Device {
    StreamId stream_id;
    int64_t used_ms = 0;  // wall time of its last connection
  };

  StreamId of_device(const std::string& device) const;
  void remember(const std::string& device, StreamId position, const Now& now);
  bool is_connected(const std::string& device) const;
  void forget_one();
  std::map<Key, Position>::iterator highest_hold(const std::string& device);

  StreamId user_;
  std::map<std::string, Device> devices_;
  std::map<Key, Position> connections_;  // open and held
  uint64_t forgotten_ = 0;
};

}  // namespace hermod
