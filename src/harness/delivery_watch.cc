#include "harness/delivery_watch.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <set>
#include <utility>

namespace hermod {

void DeliveryWatch::Wait::enter(Step next) {
  assert(static_cast<int>(next) == static_cast<int>(step) + 1);
  step = next;
}

void DeliveryWatch::on_settled(const Position& position, std::string_view user,
                               PublishOutcome outcome) {
  if (outcome == PublishOutcome::kRouted && clients_.is_connected(user)) {
    ++unproven_[std::string(user)];
  }
  records_.on_settled(position);
}

void DeliveryWatch::on_skipped(const Position& position) {
  records_.on_settled(position);
}

void DeliveryWatch::on_dead_letter(const DeadRecord& record) {
  records_.on_settled(record.position);
}

void DeliveryWatch::on_connected(uint64_t /*connection*/, const Session& session) {
  clients_.on_connected(session);
}

void DeliveryWatch::on_sent(const Session& session, StreamId stream_id,
                            const SharedFrame& /*message*/) {
  clients_.on_sent(session, stream_id);
}

void DeliveryWatch::on_confirmed(const Session& session, StreamId upto) {
  clients_.on_confirmed(session, upto);
}

void DeliveryWatch::on_disconnected(uint64_t /*connection*/, const Session& session,
                                    uint16_t /*code*/) {
  const std::string user = clients_.on_disconnected(session);
  if (!clients_.is_connected(user)) unproven_.erase(user);
  for (Wait& wait : waits_) wait.goals.erase(&session);
}

void DeliveryWatch::wait(Done done) {
  if (finished_) return done(*finished_);
  Wait& wait = waits_.emplace_back();
  wait.done = std::move(done);
  wait.records_until = records_.newest();
  hub_.set_pace(PingPace::kImmediate);
}

void DeliveryWatch::advance() {
  for (auto wait = waits_.begin(); wait != waits_.end();) {
    if (!is_over(*wait)) {
      ++wait;
      continue;
    }
    const Done done = std::move(wait->done);
    wait = waits_.erase(wait);
    done({});
  }
  if (waits_.empty()) hub_.set_pace(PingPace::kOptions);
}

void DeliveryWatch::finish(const Error& error) {
  finished_ = error;
  std::list<Wait> waits = std::move(waits_);
  waits_.clear();
  for (const Wait& wait : waits) wait.done(error);
}

// Advances through the steps as far as currently possible.
bool DeliveryWatch::is_over(Wait& wait) {
  if (wait.step == Wait::Step::kSettling) {
    if (!records_.settled_until(wait.records_until)) return false;
    wait.enter(Wait::Step::kAsking);
    wait.unasked = unproven_;
  }
  if (wait.step == Wait::Step::kAsking) {
    ask(wait);
    if (wait.asking > 0 || !wait.unasked.empty()) return false;
    set_goals(wait);
    wait.enter(Wait::Step::kAnswering);
  }
  return std::ranges::all_of(wait.goals, [this](const auto& goal) {
    return clients_.has_answered(*goal.first, goal.second);
  });
}

// The users of an unavailable shard are asked in a later loop iteration.
void DeliveryWatch::ask(Wait& wait) {
  if (wait.unasked.empty() || wait.asking > 0) return;
  const auto users = take_available(wait.unasked);
  wait.asking = users.size();
  for (const auto& [user, count] : users) {
    ReplayRequest request;
    request.user = user;
    request.entries_max = 1;
    bus_.replay(request, [this, &wait, user = user, count = count](const Result<ReplayPage>& page) {
      --wait.asking;
      if (!page) {
        wait.unasked.emplace(user, count);
        return;
      }
      on_newest(wait, user, count, page.value());
    });
  }
}

DeliveryWatch::Counts DeliveryWatch::take_available(Counts& users) const {
  const BusStatus bus = bus_.status();
  Counts taken;
  for (auto user = users.begin(); user != users.end();) {
    const auto next = std::next(user);
    const auto shard =
        std::ranges::find(bus.shards, bus_.shard_of(user->first), &ShardStatus::shard);
    if (shard != bus.shards.end() && shard->up) taken.insert(users.extract(user));
    user = next;
  }
  return taken;
}

void DeliveryWatch::on_newest(Wait& wait, const std::string& user, uint64_t count,
                              const ReplayPage& page) {
  wait.newest[user] = page.last;
  const auto unproven = unproven_.find(user);
  if (unproven != unproven_.end() && unproven->second == count) unproven_.erase(unproven);
}

void DeliveryWatch::set_goals(Wait& wait) {
  hub_.for_each_session([&](Session& session) {
    const auto newest = wait.newest.find(session.user());
    const StreamId known = newest == wait.newest.end() ? StreamId{} : newest->second;
    wait.goals[&session] = std::max(known, session.newest());
  });
}

std::string DeliveryWatch::missing() const {
  if (waits_.empty()) return "nothing";
  const Wait& wait = waits_.front();
  if (const size_t open = records_.count_until(wait.records_until); open > 0) {
    const BusStatus bus = bus_.status();
    std::string text = std::to_string(open) + " records are not routed yet";
    if (!bus.up) text += ": the bus is unavailable (" + bus.reason + ')';
    for (const std::string& shard : broken_shards(bus)) text += "; " + shard;
    return text;
  }
  if (wait.step != Wait::Step::kAnswering) return "the bus has not reported the newest message";
  std::set<std::string> users;
  for (const auto& [session, goal] : wait.goals) {
    if (!clients_.has_answered(*session, goal)) users.insert(clients_.user_of(*session));
  }
  std::string text = "no answer yet from a connection of";
  for (const std::string& user : users) text += ' ' + user;
  return text;
}

}  // namespace hermod
