#pragma once
// The in-memory bus, with the guarantees of RedisBus: it detects duplicates, numbers stream ids
// without gaps, keeps the last messages and the ack cursors, and answers in a later loop iteration.
// It does not wake the loop while it has no work. Tests can make it unavailable and available
// again.

#include <deque>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "bus/bus.h"
#include "bus/memory_faults.h"
#include "bus/memory_history.h"
#include "bus/memory_router.h"
#include "bus/memory_subscriptions.h"
#include "hermod/log.h"
#include "uv/immediate.h"

namespace hermod {

class MemoryBus final : public Bus {
 public:
  MemoryBus(uv_loop_t* loop, const Clock& clock, Log& log, MemoryBusOptions options);
  ~MemoryBus() override;

  Result<void> start(BusListener& texts, PublishListener& publications) override;
  void publish(const Publication& publication) override;
  void subscribe(std::string_view user) override;
  void unsubscribe(std::string_view user) override;
  void replay(const ReplayRequest& request, ReplayDone done) override;
  void acknowledge(std::string_view user, StreamId stream_id) override;
  void write_acknowledged(std::string_view /*user*/) override {}  // acknowledge() wrote it
  BusStatus status() const override;
  void close(Closed closed) override;

  // Publishes an external message: it is delivered live only and has no stream id.
  void publish_external(std::string_view user, std::string_view text);

  // Simulate an outage, its end, and the loss of all data. The listener is notified in a later loop
  // iteration.
  void go_down(std::string_view reason);
  void come_up();
  void lose_memory();

 private:
  enum class State { kNew, kOpen, kClosing, kClosed };
  struct PendingRequest {
    enum class Kind { kSubscribe, kReplay, kPublishExternal } kind;
    std::string user;
    uint64_t number = 0;    // kSubscribe
    std::string text;       // kPublishExternal
    ReplayRequest request;  // kReplay; its `user` is set from the one above
    ReplayDone done;
  };

  void enter(State next);
  void enqueue(PendingRequest pending);
  void work();
  void maybe_finish_close();
  void report_state();
  void answer(PendingRequest& pending);

  Log& log_;
  MemoryHistory history_;
  BusListener* texts_ = nullptr;
  PublishListener* publications_ = nullptr;
  State state_ = State::kNew;
  MemorySubscriptions subscriptions_;
  MemoryRouter router_;
  MemoryFaults faults_;
  std::deque<Publication> waiting_;
  std::deque<PendingRequest> requests_;
  Closed closed_;
  uv::Immediate work_;
};

}  // namespace hermod
