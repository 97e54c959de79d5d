#pragma once
// The implementation of Harness: observes the components, queues events and results, and delivers
// them in a later loop iteration.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/closed.h"
#include "core/observer.h"
#include "harness/delivery_watch.h"
#include "harness/sent_log.h"
#include "hermod/harness.h"
#include "server/internals.h"
#include "uv/immediate.h"
#include "uv/iteration_hook.h"

namespace hermod {

class Harness::State final : public Observer {
 public:
  State(const Server::Internals& internals, Events on_events);
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void answer(std::function<void()> call);  // in a later loop iteration
  void publish(size_t topic, std::string key, std::string value,
               const std::function<void(Result<RecordPosition>)>& done);
  void close(Closed closed);

  // --- Observer: events of the components
  void on_settled(const Position& position, std::string_view user, PublishOutcome outcome) override;
  void on_skipped(const Position& position) override;
  void on_sent(const Session& session, StreamId stream_id, const SharedFrame& message) override;
  void on_confirmed(const Session& session, StreamId upto) override;
  void on_connected(uint64_t connection, const Session& session) override;
  void on_disconnected(uint64_t connection, const Session& session, uint16_t code) override;
  void on_degraded() override;
  void on_restored() override;
  void on_dead_letter(const DeadRecord& record) override;

  Server::Internals server;
  SentLog sent;
  DeliveryWatch deliveries;
  bool reports_deliveries = false;

 private:
  struct Client {
    uint64_t connection;
    std::string user;
    std::deque<uint64_t> unanswered;  // numbers in `sent`
  };

  void flush();
  void tell(HarnessEvent event);
  void report_delivery(const SentText& text);

  Events on_events_;
  std::vector<HarnessEvent> events_;
  std::vector<std::function<void()>> answers_;
  std::map<const Session*, Client> clients_;
  Closed closed_;
  uv::Immediate immediate_;
  uv::IterationHook iteration_hook_;
};

}  // namespace hermod
