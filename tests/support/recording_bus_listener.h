#pragma once
// A listener of a bus for tests: records the messages, replies and states, and keeps the bytes of
// the publications for as long as the bus may use them.

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <ranges>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "bus/bus.h"

namespace hermod::test {

class RecordingBusListener final : public BusListener, public PublishListener {
 public:
  struct Text {
    std::string user;
    StreamId stream_id;
    std::string text;
    TraceContext trace;
  };
  struct Seen {
    std::string user;
    std::vector<StreamId> ids;
    uint64_t connection;
  };
  struct Answer {
    Ticket ticket;
    PublishOutcome outcome;
    std::string error;
  };

  void on_text(std::string_view user, StreamId stream_id, std::string_view text,
               const TraceContext& trace) override {
    texts.push_back({std::string(user), stream_id, std::string(text), trace});
  }
  void on_subscribed(std::string_view user) override {
    ++subscribed[std::string(user)];
    if (when_subscribed) when_subscribed(std::string(user));
  }
  void on_user_moved(std::string_view user) override {
    ++moved[std::string(user)];
    if (when_moved) when_moved(std::string(user));
  }
  void on_lease(std::string_view user, uint32_t granted) override {
    leases[std::string(user)].push_back(granted);
  }
  void on_lease_lost(std::string_view user) override { ++leases_lost[std::string(user)]; }
  void on_seen(std::string_view user, std::span<const StreamId> ids, uint64_t connection) override {
    seen.push_back({std::string(user), {ids.begin(), ids.end()}, connection});
  }
  void on_bus_state(ShardId shard, BusState state, std::string_view reason) override {
    states.push_back(state);
    reasons.emplace_back(reason);
    shard_states[shard] = state;
    if (on_state) on_state(shard, state);
  }
  void on_memory_lost(ShardId shard, OldStreamIds stream_ids) override {
    ++memory_losses;
    lost_shard = shard;
    old_stream_ids = stream_ids;
  }
  void on_published(Ticket ticket, PublishOutcome outcome, std::string_view error) override {
    answers.push_back({ticket, outcome, std::string(error)});
  }
  bool still_wanted(Ticket ticket) override { return !unwanted.contains(ticket); }
  void on_unanswered() override { ++unanswered; }

  // The default event id is "event-" and the ticket.
  Ticket publish(Bus& bus, const std::string& user, const std::string& text,
                 const std::string& event_id = {}, const std::string& traceparent = {}) {
    const Ticket ticket = ++last_ticket;
    kept.push_back(
        {user, event_id.empty() ? "event-" + std::to_string(ticket) : event_id, text, traceparent});
    const Kept& bytes = kept.back();
    bus.publish({ticket, bytes.user, bytes.event_id, bytes.text, bytes.traceparent});
    return ticket;
  }

  // Whether this many shards are reported up.
  bool up(ShardId shards) const {
    return std::ranges::count_if(shard_states, [](const auto& shard) {
             return shard.second == BusState::kUp;
           }) == shards;
  }
  bool up() const { return !states.empty() && states.back() == BusState::kUp; }
  bool down() const { return !states.empty() && states.back() == BusState::kDown; }

  std::vector<std::string> texts_of(const std::string& user) const {
    std::vector<std::string> found;
    for (const Text& text : texts) {
      if (text.user == user) found.push_back(text.text);
    }
    return found;
  }

  std::vector<Text> texts;
  std::vector<Seen> seen;
  std::map<std::string, int> subscribed;
  std::function<void(std::string)> when_subscribed;
  std::map<std::string, int> moved;
  std::function<void(std::string)> when_moved;
  std::map<std::string, std::vector<uint32_t>> leases;  // the numbers that were granted
  std::map<std::string, int> leases_lost;
  std::vector<BusState> states;
  std::map<ShardId, BusState> shard_states;
  std::function<void(ShardId, BusState)> on_state;
  std::vector<std::string> reasons;
  int memory_losses = 0;
  ShardId lost_shard = kNoShard;                      // of the last loss
  OldStreamIds old_stream_ids = OldStreamIds::kVoid;  // of the last loss
  std::vector<Answer> answers;
  std::set<Ticket> unwanted;
  int unanswered = 0;
  Ticket last_ticket = 0;

 private:
  struct Kept {
    std::string user, event_id, text, traceparent;
  };
  std::deque<Kept> kept;
};

}  // namespace hermod::test
