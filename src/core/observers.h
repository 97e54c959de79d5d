#pragma once
// Forwards each event to all observers, in the order in which they were added. Owned by the server;
// the hub, the ingest and the WebSocket server refer to it.

#include <vector>

#include "core/observer.h"

namespace hermod {

class Observers final : public Observer {
 public:
  // kRare leaves out the events of each record and message, which then cost nothing.
  enum class Scope { kAll, kRare };

  // Not called during an event. The observer must outlive its last event, or remove itself.
  void add(Observer& observer, Scope scope) {
    all_.push_back(&observer);
    if (scope == Scope::kAll) frequent_.push_back(&observer);
  }
  void remove(Observer& observer) {
    std::erase(all_, &observer);
    std::erase(frequent_, &observer);
  }
  // Whether an observer gets the events of each record and message.
  bool observes_all() const { return !frequent_.empty(); }

  void on_settled(const Position& position, std::string_view user,
                  PublishOutcome outcome) override {
    for (Observer* observer : frequent_) observer->on_settled(position, user, outcome);
  }
  void on_skipped(const Position& position) override {
    for (Observer* observer : frequent_) observer->on_skipped(position);
  }
  void on_sent(const Session& session, StreamId stream_id, const SharedFrame& message) override {
    for (Observer* observer : frequent_) observer->on_sent(session, stream_id, message);
  }
  void on_confirmed(const Session& session, StreamId upto) override {
    for (Observer* observer : frequent_) observer->on_confirmed(session, upto);
  }
  void on_dead_letter(const DeadRecord& record) override {
    for (Observer* observer : all_) observer->on_dead_letter(record);
  }
  void on_connected(uint64_t connection, const Session& session) override {
    for (Observer* observer : all_) observer->on_connected(connection, session);
  }
  void on_disconnected(uint64_t connection, const Session& session, uint16_t code) override {
    for (Observer* observer : all_) observer->on_disconnected(connection, session, code);
  }
  void on_bus_state(ShardId shard, BusState state) override {
    for (Observer* observer : all_) observer->on_bus_state(shard, state);
  }
  void on_degraded(ShardId shard) override {
    for (Observer* observer : all_) observer->on_degraded(shard);
  }
  void on_restored(ShardId shard) override {
    for (Observer* observer : all_) observer->on_restored(shard);
  }

 private:
  std::vector<Observer*> all_;
  std::vector<Observer*> frequent_;  // of all_, those with Scope::kAll
};

}  // namespace hermod
