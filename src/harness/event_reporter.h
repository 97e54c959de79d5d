#pragma once
// Reports connections, dead letters, outages and answered messages as events of the harness. Owned
// by the harness; the server calls it as an observer.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/observer.h"
#include "harness/event_queue.h"
#include "harness/sent_log.h"

namespace hermod {

class EventReporter final : public Observer {
 public:
  // Both arguments outlive this object.
  EventReporter(EventQueue& queue, const std::vector<std::string>& topics)
      : queue_(queue), topics_(topics) {}

  void enable_deliveries() { reports_deliveries_ = true; }
  void on_answered(const SentText& text);

  void on_connected(uint64_t connection, const Session& session) override;
  void on_disconnected(uint64_t connection, const Session& session, uint16_t code) override;
  void on_dead_letter(const DeadRecord& record) override;
  void on_degraded(ShardId shard) override;
  void on_restored(ShardId shard) override;

 private:
  EventQueue& queue_;
  const std::vector<std::string>& topics_;
  std::map<uint64_t, std::string> users_;  // by connection
  bool reports_deliveries_ = false;
};

}  // namespace hermod
