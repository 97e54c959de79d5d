#pragma once
// The in-memory bus, with the guarantees of RedisBus: it detects duplicates, numbers stream ids
// without gaps, keeps the last messages and the ack cursors, and answers in a later loop iteration.
// It does not wake the loop while it has no work. Tests can make it unavailable and available
// again.

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/text_hash.h"
#include "bus/bus.h"
#include "bus/memory_history.h"
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
  struct Subscription {
    uint64_t number = 0;  // distinguishes it from an earlier subscription of the user
    bool confirmed = false;
  };
  struct Asked {
    enum class Kind { kSubscribe, kReplay, kPublishExternal } kind;
    std::string user;
    uint64_t number = 0;    // kSubscribe
    std::string text;       // kSay
    ReplayRequest request;  // kReplay; its `user` is set from the one above
    ReplayDone done;
  };

  void work();
  void finish_close();
  void report_state();
  void answer(Asked& asked);
  void confirm(std::string_view user, uint64_t number);
  void route(const Publication& publication);
  void deliver(std::string_view user, StreamId stream_id, std::string_view text,
               std::string_view traceparent);

  Log& log_;
  MemoryHistory history_;
  BusListener* texts_ = nullptr;
  PublishListener* publications_ = nullptr;
  std::unordered_map<std::string, Subscription, TextHash, std::equal_to<>> subscriptions_;
  uint64_t subscription_number_ = 0;
  std::deque<Publication> waiting_;
  std::deque<Asked> asked_;
  bool down_ = false;
  bool reported_up_ = false;
  bool memory_lost_ = false;
  std::string reason_ = "not started yet";
  uint64_t downs_ = 0;
  uint64_t memory_losses_ = 0;
  uint64_t external_dropped_ = 0;
  bool closing_ = false;
  Closed on_closed_;
  uv::Immediate work_;
};

}  // namespace hermod
