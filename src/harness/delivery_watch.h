#pragma once
// Reports when all records that were published so far are delivered. Owned by the harness, which
// calls wait() and advance(); the server calls it as an observer. A wait has three steps:
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
#include <string>
#include <string_view>

#include "bus/bus.h"
#include "core/hub.h"
#include "core/observer.h"
#include "harness/client_progress.h"
#include "harness/open_records.h"
#include "hermod/result.h"

namespace hermod {

class DeliveryWatch final : public Observer {
 public:
  using Done = std::function<void(Result<void>)>;

  DeliveryWatch(Bus& bus, Hub& hub) : bus_(bus), hub_(hub) {}

  OpenRecords& records() { return records_; }  // for the code that publishes

  void wait(Done done);
  bool waiting() const { return !waits_.empty(); }
  std::string missing() const;

  // Advances the waits; called at the end of each loop iteration.
  void advance();

  // Ends all waits, and those that begin later, with `error`, because the server closes.
  void finish(const Error& error);

  void on_settled(const Position& position, std::string_view user, PublishOutcome outcome) override;
  void on_skipped(const Position& position) override;
  void on_dead_letter(const DeadRecord& record) override;
  void on_sent(const Session& session, StreamId stream_id, const SharedFrame& message) override;
  void on_confirmed(const Session& session, StreamId upto) override;
  void on_connected(uint64_t connection, const Session& session) override;
  void on_disconnected(uint64_t connection, const Session& session, uint16_t code) override;

 private:
  using Counts = std::map<std::string, uint64_t>;  // by user

  struct Wait {
    enum class Step { kSettling, kAsking, kAnswering };

    void enter(Step next);

    Done done;
    uint64_t records_until = 0;  // the last record that was published before the wait
    Step step = Step::kSettling;
    Counts unasked;                                       // a part of unproven_
    std::map<std::string, StreamId, std::less<>> newest;  // by user
    size_t asking = 0;                                    // outstanding replies of the bus
    std::map<const Session*, StreamId> goals;
  };

  bool is_over(Wait& wait);
  void ask(Wait& wait);
  Counts take_available(Counts& users) const;  // removes the users whose shard of the bus is up
  void on_newest(Wait& wait, const std::string& user, uint64_t count, const ReplayPage& page);
  void set_goals(Wait& wait);

  Bus& bus_;
  Hub& hub_;
  std::list<Wait> waits_;
  std::optional<Error> finished_;  // the error of finish()
  OpenRecords records_;
  ClientProgress clients_;
  // Connected users, and the number of records routed to them since the bus was last asked.
  Counts unproven_;
};

}  // namespace hermod
