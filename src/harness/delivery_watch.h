#pragma once
// Reports when all records that were published until now are delivered. A wait has three steps:
//
//   1. Every record that was published before the wait is settled: the bus has replied, or it is a
//      dead letter.
//   2. For each of their users who is connected, the bus reports the newest stream id. With Redis,
//      that message may not have arrived in this process yet.
//   3. Every connection that is then open has confirmed its messages up to that stream id, or has
//      ended.
//
// Later records do not change the goals, so a wait ends under any traffic.

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "bus/bus.h"
#include "core/hub.h"
#include "hermod/result.h"
#include "source/record.h"

namespace hermod {

class DeliveryWatch {
 public:
  using Done = std::function<void(Result<void>)>;

  DeliveryWatch(Bus& bus, Hub& hub) : bus_(bus), hub_(hub) {}

  // A record is being written to its topic; then it has a position there, or was refused. The
  // number that on_publishing() returns identifies it until then.
  uint64_t on_publishing();
  void on_appended(uint64_t number, const Position& position);
  void on_refused(uint64_t number);

  void on_settled(const Position& position);
  void on_routed(std::string_view user);

  void on_connected(const Session& session);
  void on_sent(const Session& session, StreamId stream_id);
  void on_confirmed(const Session& session, StreamId upto);
  void on_ended(const Session& session);

  void wait(Done done);
  bool waiting() const { return !waits_.empty(); }
  std::string missing() const;

  // Advances the waits; called at the end of each loop iteration.
  void look();

  // Ends all waits with `error`, because the server closes.
  void finish(const Error& error);

 private:
  using Key = std::tuple<uint32_t, int32_t, int64_t>;
  struct Client {
    std::string user;
    StreamId sent;
    StreamId confirmed;
  };
  struct Wait {
    enum class Step { kSettling, kAsking, kAnswering };

    Done done;
    Step step = Step::kSettling;
    std::set<uint64_t> unappended;
    std::set<Key> unsettled;
    std::map<std::string, uint64_t> unasked;              // users, and their counts in unproven_
    std::map<std::string, StreamId, std::less<>> newest;  // by user
    size_t asking = 0;                                    // outstanding replies of the bus
    std::map<const Session*, StreamId> goals;
  };

  bool is_over(Wait& wait);
  void ask(Wait& wait);
  void on_newest(Wait& wait, const std::string& user, uint64_t count, const ReplayPage& page);
  void set_goals(Wait& wait);
  bool has_answered(const Session& session, StreamId goal) const;

  Bus& bus_;
  Hub& hub_;
  std::list<Wait> waits_;
  uint64_t last_number_ = 0;
  std::set<uint64_t> unappended_;
  std::set<Key> unsettled_;
  std::set<Key> settled_early_;  // settled before their position was known
  // Connected users, and the number of records routed to them since the bus was last asked.
  std::map<std::string, uint64_t> unproven_;
  std::map<const Session*, Client> clients_;
  std::map<std::string, size_t, std::less<>> connected_;  // users, with their connection counts
};

}  // namespace hermod
