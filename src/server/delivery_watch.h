#pragma once
// When is everything delivered that was published until now? A wait goes through three steps:
//
//   1. each record published before it is settled: the bus has answered, or it is a dead letter
//   2. for each of their users who is connected the bus says which text is the newest: with Redis
//      it may still be on its way here
//   3. each connection that stands then has answered up to that text, or has ended
//
// What comes later moves no goal, so a wait ends under any traffic.

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

  // A record is on its way to its topic, and then it stands there, or it does not.
  void on_publishing() { ++unplaced_; }
  void on_placed(const Position& position);
  void on_refused();

  void on_settled(const Position& position);
  void on_routed(std::string_view user);

  void on_connected(const Session& session);
  void on_sent(const Session& session, StreamId stream_id);
  void on_confirmed(const Session& session, StreamId upto);
  void on_ended(const Session& session);

  void wait(Done done);
  bool waiting() const { return !waits_.empty(); }
  std::string missing() const;

  // Whether a wait has come further; at the end of a turn.
  void look();

  // Nothing more will come.
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
    std::set<Key> unsettled;
    std::map<std::string, uint64_t> unasked;  // users, and what on_routed had counted for them
    std::map<std::string, StreamId, std::less<>> newest;  // of users
    size_t asking = 0;                                    // answers under way
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
  uint64_t unplaced_ = 0;
  std::set<Key> unsettled_;
  std::set<Key> settled_early_;               // before their place was known
  std::map<std::string, uint64_t> unproven_;  // connected users who were routed something
  std::map<const Session*, Client> clients_;
  std::map<std::string, size_t, std::less<>> connected_;  // users, and their connections
};

}  // namespace hermod
