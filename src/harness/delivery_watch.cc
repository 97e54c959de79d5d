#include "harness/delivery_watch.h"

#include <algorithm>
#include <vector>

namespace hermod {

uint64_t DeliveryWatch::on_publishing() {
  unappended_.insert(++last_number_);
  return last_number_;
}

void DeliveryWatch::on_appended(uint64_t number, const Position& position) {
  const Key key{position.topic, position.partition, position.offset};
  if (settled_early_.erase(key) == 0) {
    unsettled_.insert(key);
    for (Wait& wait : waits_) {
      if (wait.unappended.contains(number)) wait.unsettled.insert(key);
    }
  }
  on_refused(number);
}

void DeliveryWatch::on_refused(uint64_t number) {
  for (Wait& wait : waits_) wait.unappended.erase(number);
  unappended_.erase(number);
  if (unappended_.empty()) settled_early_.clear();
}

void DeliveryWatch::on_settled(const Position& position) {
  const Key key{position.topic, position.partition, position.offset};
  if (unsettled_.erase(key) == 0) {
    if (!unappended_.empty()) settled_early_.insert(key);
    return;
  }
  for (Wait& wait : waits_) wait.unsettled.erase(key);
}

void DeliveryWatch::on_routed(std::string_view user) {
  if (connected_.contains(user)) ++unproven_[std::string(user)];
}

void DeliveryWatch::on_connected(const Session& session) {
  clients_.insert_or_assign(&session, Client{std::string(session.user()), {}, {}});
  ++connected_[std::string(session.user())];
}

void DeliveryWatch::on_sent(const Session& session, StreamId stream_id) {
  if (stream_id) clients_[&session].sent = stream_id;
}

void DeliveryWatch::on_confirmed(const Session& session, StreamId upto) {
  clients_[&session].confirmed = upto;
}

void DeliveryWatch::on_ended(const Session& session) {
  const auto client = clients_.find(&session);
  const auto user = connected_.find(client->second.user);
  if (--user->second == 0) {
    unproven_.erase(user->first);
    connected_.erase(user);
  }
  clients_.erase(client);
  for (Wait& wait : waits_) wait.goals.erase(&session);
}

void DeliveryWatch::wait(Done done) {
  Wait& wait = waits_.emplace_back();
  wait.done = std::move(done);
  wait.unappended = unappended_;
  wait.unsettled = unsettled_;
  hub_.set_pace(PingPace::kImmediate);
}

void DeliveryWatch::look() {
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
  std::list<Wait> waits = std::move(waits_);
  waits_.clear();
  for (const Wait& wait : waits) wait.done(error);
}

// Advances through the steps as far as currently possible.
bool DeliveryWatch::is_over(Wait& wait) {
  if (wait.step == Wait::Step::kSettling) {
    if (!wait.unappended.empty() || !wait.unsettled.empty()) return false;
    wait.step = Wait::Step::kAsking;
    wait.unasked = unproven_;
  }
  if (wait.step == Wait::Step::kAsking) {
    ask(wait);
    if (wait.asking > 0 || !wait.unasked.empty()) return false;
    set_goals(wait);
    wait.step = Wait::Step::kAnswering;
  }
  return std::ranges::all_of(
      wait.goals, [this](const auto& goal) { return has_answered(*goal.first, goal.second); });
}

// If the bus is unavailable, the users are asked again in a later loop iteration.
void DeliveryWatch::ask(Wait& wait) {
  if (wait.unasked.empty() || wait.asking > 0 || !bus_.status().up) return;
  const auto users = std::move(wait.unasked);
  wait.unasked.clear();
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

// Either the client has confirmed the goal, or the session is live and has nothing left to send: a
// message that was dropped or is too old to be replayed is never confirmed.
bool DeliveryWatch::has_answered(const Session& session, StreamId goal) const {
  const auto client = clients_.find(&session);
  if (client == clients_.end() || session.state() == Session::State::kEnded) return true;
  if (client->second.confirmed >= goal && goal) return true;
  return session.state() == Session::State::kLive && session.newest() >= goal &&
         !session.has_output() && client->second.confirmed >= client->second.sent;
}

std::string DeliveryWatch::missing() const {
  if (waits_.empty()) return "nothing";
  const Wait& wait = waits_.front();
  if (!wait.unsettled.empty()) {
    const BusStatus bus = bus_.status();
    std::string text = std::to_string(wait.unsettled.size()) + " records are not routed yet";
    if (!bus.up) text += ": the bus is unavailable (" + bus.reason + ')';
    return text;
  }
  if (wait.step != Wait::Step::kAnswering) return "the bus has not reported the newest message";
  std::set<std::string> users;
  for (const auto& [session, goal] : wait.goals) {
    if (!has_answered(*session, goal)) users.insert(clients_.at(session).user);
  }
  std::string text = "no answer yet from a connection of";
  for (const std::string& user : users) text += ' ' + user;
  return text;
}

}  // namespace hermod
