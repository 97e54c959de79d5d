#include "fleet/fleet_service.h"

#include <set>
#include <utility>

#include "fleet/fleet_done.h"

namespace hermod {
namespace {

constexpr int64_t kStaleMs = 5000;  // an older list says nothing about who is dead
constexpr int64_t kForgetMs = 60'000;
constexpr uint64_t kRejoinAgainMs = 5000;  // longer than two readings of the list

}  // namespace

FleetService::FleetService(const Dependencies& dependencies, std::function<FleetProcess()> report)
    : uses_(dependencies),
      report_(std::move(report)),
      id_(dependencies.process_id),
      calls_(dependencies.loop, dependencies.clock,
             [this](const std::vector<std::string>& processes, Living done) {
               find_living(processes, std::move(done));
             }),
      give_(dependencies.loop, [this] { give_answers(); }),
      rejoin_again_(dependencies.loop, [this] { uses_.connections.rejoin_all(); }) {}

void FleetService::start() {
  uses_.transport.start(*this, [this] { return encode_report(report_()); });
}

void FleetService::close(Closed closed) {
  closing_ = true;
  calls_.stop();
  give_.cancel();
  rejoin_again_.stop();
  uses_.connections.stop();
  answers_.clear();
  uses_.transport.close(std::move(closed));
}

void FleetService::later(std::function<void()> answer) {
  answers_.push_back(std::move(answer));
  give_.ask();
}

void FleetService::give_answers() {
  for (const auto& answer : std::exchange(answers_, {})) answer();
}

// A process that answers late, or whose link reconnects, is in the list.
void FleetService::find_living(const std::vector<std::string>& processes, Living done) {
  std::set<std::string> living;
  for (const auto& [process, at_ms] : reported_ms_) {
    if (uses_.transport.now_ms() - at_ms < kDeadMs) living.insert(process);
  }
  uses_.transport.ask_reachable(
      processes, [processes, living = std::move(living),
                  done = std::move(done)](const std::vector<bool>& reachable) mutable {
        for (size_t i = 0; i < processes.size(); ++i) {
          if (reachable[i]) living.insert(processes[i]);
        }
        done(living);
      });
}

void FleetService::call(FleetRequest request, FleetCalls::Finished finished) {
  if (!ready()) {
    return later(
        [finished = std::move(finished)] { finished({.found = {}, .silent = {}, .sent = false}); });
  }
  const uint64_t number = calls_.open(std::move(finished));
  uses_.transport.send_to_all(
      encode({id_, number, std::move(request)}),
      [this, number](const std::optional<std::vector<std::string>>& members) {
        if (!members) return calls_.on_not_sent(number);
        calls_.on_sent(number, *members);
      });
}

void FleetService::find_user(std::string_view user, Done<FleetUser> done) {
  call(FindRequest{std::string(user)},
       [done = std::move(done)](const FleetCalls::Outcome& outcome) {
         finish(done, outcome, FleetUser{outcome.found});
       });
}

// A process that was just started is not in the list that was read last: what counts is one that
// was read after its lease was seen.
bool FleetService::is_dead(std::string_view process) const {
  const int64_t now_ms = uses_.clock.steady_ms();
  if (!ready() || now_ms - read_ms_ > kStaleMs) return false;
  if (const auto listed = reported_ms_.find(process); listed != reported_ms_.end()) {
    return uses_.transport.now_ms() - listed->second >= kDeadMs;
  }
  const auto asked = unlisted_ms_.try_emplace(std::string(process), now_ms).first;
  return read_ms_ > asked->second;
}

void FleetService::ask(std::string_view user, size_t needed) {
  if (!ready()) return;
  uses_.transport.send_to_all(
      encode({id_, 0, FleetRequest(RoomRequest{std::string(user), needed})}), [](const auto&) {});
}

void FleetService::broadcast(const BroadcastRequest& request, Done<size_t> done) {
  call(request, [done = std::move(done)](const FleetCalls::Outcome& outcome) {
    finish(done, outcome, outcome.processes);
  });
}

std::vector<FleetProcess> FleetService::processes() const {
  std::vector<FleetProcess> made = processes_;
  for (FleetProcess& process : made) {
    if (process.id == id_) process = report_();
  }
  return made;
}

void FleetService::list_processes(Done<std::vector<FleetProcess>> done) {
  later([this, done = std::move(done)] {
    if (!ready()) return done(unavailable());
    done(processes());
  });
}

// The steady time of this process at that time of the fleet. Both times, and the difference of the
// clocks, are cut to whole milliseconds: a connection that began just before a request must count.
int64_t FleetService::steady_at(int64_t fleet_ms) const {
  constexpr int64_t kCutMs = 2;
  return uses_.clock.steady_ms() - (uses_.transport.now_ms() - fleet_ms) + kCutMs;
}

FleetAnswer FleetService::answer(const FleetRequest& request, int64_t at_ms) {
  FleetAnswer made;
  if (const auto* find = std::get_if<FindRequest>(&request)) {
    made.found = uses_.connections.find(find->user);
  } else if (const auto* disconnect = std::get_if<DisconnectRequest>(&request)) {
    made.connections = uses_.connections.disconnect(*disconnect, steady_at(at_ms));
  } else if (const auto* revoked = std::get_if<RevokeTokenRequest>(&request)) {
    made.connections = uses_.connections.revoke_tokens({revoked->token});
  } else {
    uses_.connections.broadcast(std::get<BroadcastRequest>(request));
  }
  return made;
}

void FleetService::on_fleet_message(std::string_view text, int64_t at_ms) {
  const auto message = decode_fleet_message(text);
  if (!message) {
    return uses_.log.write_limited("fleet form", LogLevel::kWarning,
                                   "a message between processes has an unknown form and is ignored",
                                   {{"bytes", text.size()}});
  }
  if (const auto* given = std::get_if<FleetAnswer>(&message->content)) {
    return calls_.on_answer(message->number, message->from, *given);
  }
  const FleetRequest& request = std::get<FleetRequest>(message->content);
  if (const auto* room = std::get_if<RoomRequest>(&request)) {
    if (message->from != id_) uses_.connections.make_room(room->user, room->needed);
    return;
  }
  FleetAnswer made = answer(request, at_ms);
  if (message->from == id_) return calls_.on_answer(message->number, id_, made);
  if (ready())
    uses_.transport.send_to(message->from, encode({id_, message->number, std::move(made)}));
}

void FleetService::on_fleet_members(const std::vector<FleetMember>& members) {
  read_ms_ = uses_.clock.steady_ms();
  std::erase_if(unlisted_ms_,
                [this](const auto& one) { return read_ms_ - one.second > kForgetMs; });
  processes_.clear();
  const auto before = std::exchange(reported_ms_, {});
  std::set<std::string> listed;
  for (const FleetMember& member : members) {
    listed.insert(member.id);
    unlisted_ms_.erase(member.id);
    reported_ms_[member.id] = member.at_ms;
    auto process = decode_report(member.report);
    if (!process) process.emplace();  // of another version
    process->id = member.id;
    processes_.push_back(std::move(*process));
  }
  if (ready()) calls_.on_members(listed);
  note_left(before);
}

void FleetService::note_left(const std::map<std::string, int64_t, std::less<>>& before) {
  const auto left_before = std::exchange(left_, {});
  for (const auto& [process, at_ms] : before) {
    if (reported_ms_.contains(process)) continue;
    left_.insert(process);
    unlisted_ms_[process] = read_ms_ - 1;  // this reading has shown that it is dead
  }
  for (const std::string& process : left_before) {
    if (!reported_ms_.contains(process)) uses_.connections.on_left(process);
  }
}

void FleetService::on_fleet_ready(bool ready) {
  if (ready) {
    if (std::exchange(was_ready_, true)) uses_.connections.compare_again();
    return;
  }
  std::set<std::string> listed;
  for (const auto& [process, at_ms] : reported_ms_) listed.insert(process);
  calls_.fail_all(listed);
}

// Another process that has read the list before may still remove leases, which is why they are
// written again some seconds later.
void FleetService::on_fleet_joined(bool again) {
  if (again) {
    uses_.log.warning(
        "the other processes considered this process dead, because it had not reported",
        {{"process", id_}});
    uses_.connections.compare_again();
  }
  uses_.connections.rejoin_all();
  rejoin_again_.start(kRejoinAgainMs);
}

void FleetService::on_fleet_dead(std::string_view process) {
  uses_.log.warning("a process is dead: it has not reported for 10 s",
                    {{"process", std::string(process)}});
  // The list had it, so is_dead() need not wait for another list: the sweep asks at once.
  unlisted_ms_.insert_or_assign(std::string(process), read_ms_ - 1);
  uses_.connections.sweep(process);
}

}  // namespace hermod
