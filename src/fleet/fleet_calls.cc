#include "fleet/fleet_calls.h"

#include <algorithm>
#include <map>
#include <utility>

namespace hermod {

FleetCalls::FleetCalls(uv_loop_t* loop, const Clock& clock, AskLiving ask_living)
    : clock_(clock), ask_living_(std::move(ask_living)), limit_(loop, [this] { on_limit(); }) {}

FleetCalls::Call* FleetCalls::find(uint64_t number) {
  const auto at = std::find_if(calls_.begin(), calls_.end(),
                               [number](const Call& call) { return call.number == number; });
  return at == calls_.end() ? nullptr : &*at;
}

uint64_t FleetCalls::open(Finished finished) {
  Call call;
  call.number = ++last_number_;
  call.until_ms = clock_.steady_ms() + kLimitMs;
  call.finished = std::move(finished);
  calls_.push_back(std::move(call));
  start_timer();
  return last_number_;
}

// The answers can arrive before this report, because another connection carries them.
void FleetCalls::on_sent(uint64_t number, const std::vector<std::string>& processes) {
  Call* const call = find(number);
  if (call == nullptr) return;
  call->sent = true;
  for (const std::string& process : processes) {
    if (!call->answered.contains(process)) call->awaited.insert(process);
  }
  finish_complete();
}

void FleetCalls::on_not_sent(uint64_t number) {
  Call* const call = find(number);
  if (call == nullptr) return;
  call->outcome.sent = false;
  finish(number);
}

void FleetCalls::on_answer(uint64_t number, const std::string& process, const FleetAnswer& answer) {
  Call* const call = find(number);
  if (call == nullptr || !call->answered.insert(process).second) return;
  call->awaited.erase(process);
  call->outcome.connections += answer.connections;
  ++call->outcome.processes;
  for (FleetConnection connection : answer.found) {
    connection.process = process;
    call->outcome.found.push_back(std::move(connection));
  }
  finish_complete();
}

void FleetCalls::on_members(const std::set<std::string>& listed) {
  std::map<uint64_t, std::vector<std::string>> missing;  // by call
  for (const Call& call : calls_) {
    for (const std::string& process : call.awaited) {
      if (!call.late && !listed.contains(process)) missing[call.number].push_back(process);
    }
  }
  for (const auto& [number, processes] : missing) {
    forget_ended(number, processes, [this] { finish_complete(); });
  }
}

void FleetCalls::forget_ended(uint64_t number, const std::vector<std::string>& processes,
                              std::function<void()> then) {
  ask_living_(processes, [this, number, processes, then = std::move(then)](const auto& living) {
    if (Call* const call = find(number)) {
      for (const std::string& process : processes) {
        if (!living.contains(process)) call->awaited.erase(process);
      }
    }
    then();
  });
}

// `finished` may open another call.
void FleetCalls::finish_complete() {
  std::vector<uint64_t> complete;
  for (const Call& call : calls_) {
    if (call.sent && !call.late && call.awaited.empty()) complete.push_back(call.number);
  }
  for (const uint64_t number : complete) finish(number);
}

void FleetCalls::finish(uint64_t number) {
  Call* const found = find(number);
  if (found == nullptr) return;
  Call call = std::move(*found);
  std::erase_if(calls_, [number](const Call& one) { return one.number == number; });
  start_timer();
  call.outcome.silent.assign(call.awaited.begin(), call.awaited.end());
  call.finished(call.outcome);
}

void FleetCalls::on_limit() {
  std::vector<uint64_t> late;
  for (Call& call : calls_) {
    if (call.late || call.until_ms > clock_.steady_ms()) continue;
    call.late = true;
    late.push_back(call.number);
  }
  start_timer();
  for (const uint64_t number : late) {
    const Call& call = *find(number);
    forget_ended(number, {call.awaited.begin(), call.awaited.end()},
                 [this, number] { finish(number); });
  }
}

void FleetCalls::fail_all(const std::set<std::string>& listed) {
  std::vector<uint64_t> numbers;
  for (const Call& call : calls_) numbers.push_back(call.number);
  for (const uint64_t number : numbers) {
    if (Call* const call = find(number); call != nullptr && !call->sent) {
      for (const std::string& process : listed) {
        if (!call->answered.contains(process)) call->awaited.insert(process);
      }
    }
    finish(number);
  }
}

void FleetCalls::stop() {
  limit_.stop();
  calls_.clear();
}

void FleetCalls::start_timer() {
  const auto first =
      std::find_if(calls_.begin(), calls_.end(), [](const Call& call) { return !call.late; });
  if (first == calls_.end()) return limit_.stop();
  limit_.start(static_cast<uint64_t>(std::max<int64_t>(0, first->until_ms - clock_.steady_ms())));
}

}  // namespace hermod
