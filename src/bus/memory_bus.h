#pragma once
// The in-memory bus, with the guarantees of RedisBus: it detects duplicates, numbers stream ids
// without gaps, keeps the last messages and the ack cursors, and answers in a later loop iteration.
// It does not wake the loop while it has no work. Tests can make its shards unavailable and
// available again, and move users between them. The data outlives the outage of a shard, and a user
// who moves keeps it.

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "bus/bus.h"
#include "bus/memory_history.h"
#include "bus/memory_presence.h"
#include "bus/memory_presence_events.h"
#include "bus/memory_request.h"
#include "bus/memory_router.h"
#include "bus/memory_shards.h"
#include "bus/memory_subscriptions.h"
#include "hermod/log.h"
#include "uv/immediate.h"

namespace hermod {

class MemoryBus final : public Bus {
 public:
  MemoryBus(uv_loop_t* loop, const Clock& clock, Log& log, const MemoryBusOptions& options);
  ~MemoryBus() override;

  Result<void> start(BusListener& texts, PublishListener& publications) override;
  ShardId shard_of(std::string_view user) const override { return shards_.of(user); }
  void publish(const Publication& publication) override;
  void subscribe(std::string_view user) override;
  void unsubscribe(std::string_view user) override;
  void replay(const ReplayRequest& request, ReplayDone done) override;
  void acknowledge(const Acknowledgement& acknowledgement) override;
  void end_cursor(std::string_view user, const Cursor& cursor, CursorEnd end) override;
  void mark_seen(const SeenRequest& request) override;
  LeaseAnswer lease(const LeaseRequest& request) override;
  void set_liveness(const ProcessLiveness* liveness) override { liveness_ = liveness; }
  void rejoin_all() override;
  void sweep(std::string_view process) override;
  void report_presence(PresenceListener* listener) override { events_.report_to(listener); }
  void settle_presence(const PresenceEvent& event, PresenceOutcome outcome) override {
    events_.settle(event, outcome);
  }
  void revoke(const RevokeRequest& request, RevokeDone done) override;
  BusStatus status() const override;
  void close(Closed closed) override;

  // Publishes an external message: it is delivered live only and has no stream id.
  void publish_external(std::string_view user, std::string_view text);

  // Simulate an outage of one shard, its end, and the loss of its data. The listener is notified in
  // a later loop iteration. Precondition: the shard exists.
  void go_down(ShardId shard, std::string_view reason);
  void come_up(ShardId shard);
  void lose_memory(ShardId shard);

  // The same of all shards.
  void go_down(std::string_view reason);
  void come_up();
  void lose_memory();

  // Moves a user to another shard, in a later loop iteration.
  void move_user(std::string_view user, ShardId to);

 private:
  enum class State { kNew, kOpen, kClosing, kClosed };
  using PendingRequest = MemoryRequest;

  void enter(State next);
  void enqueue(PendingRequest pending);
  void work();
  void maybe_finish_close();
  void report_states();
  void report_state(ShardId shard);
  void route(MemoryShard& shard);
  void answer(PendingRequest& pending);
  ReplayPage page(const ReplayRequest& request);
  void move(const std::string& user, ShardId to);
  void answer_lease(LeaseRequest request);
  void lose_leases(ShardId shard);
  auto users_of(ShardId shard) const {
    return [this, shard](std::string_view user) { return shard_of(user) == shard; };
  }

  const Clock& clock_;
  Log& log_;
  const std::string process_;
  const std::shared_ptr<MemoryPresence> presence_;
  MemoryPresenceEvents events_;
  const ProcessLiveness* liveness_ = nullptr;  // null: every process is alive
  MemoryHistory history_;
  BusListener* texts_ = nullptr;
  PublishListener* publications_ = nullptr;
  State state_ = State::kNew;
  MemorySubscriptions subscriptions_;
  MemoryRouter router_;
  MemoryShards shards_;
  std::deque<PendingRequest> requests_;
  Closed closed_;
  uv::Immediate work_;
};

}  // namespace hermod
