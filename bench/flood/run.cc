#include "flood/run.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "kit/clock.h"

namespace hermod::bench {
namespace {

constexpr int kTurnMs = 50;

double seconds(int64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

}  // namespace

Run::Run(const RunOptions& options, Crowd& crowd, Tally& tally)
    : options_(options), crowd_(crowd), tally_(tally), began_ns_(steady_ns()) {
  if (options_.control) crowd_.watch(STDIN_FILENO, input_ready_);
}

void Run::to_the_end() {
  crowd_.open_all();
  while (!ended_) {
    crowd_.turn(kTurnMs);
    if (input_ready_) read_commands();
    check();
    show_progress();
  }
  say("end");
}

void Run::check() {
  if (crowd_.settled()) check_opened();
  // Messages without a number, such as service notices, do not count.
  if (expected_ != 0 && tally_.texts - tally_.unstamped >= expected_) {
    expected_ = 0;
    say("expected");
  }
  if (opened_ && !storming_) check_end();
}

void Run::check_opened() {
  if (!opened_) {
    opened_ = true;
    opened_ns_ = steady_ns();
    if (options_.control) say("open");
  }
  if (storming_) {
    storming_ = false;
    storm_ns_ = steady_ns() - storm_began_ns_;
    if (options_.control) say("storm");
    ended_ = options_.storm;
  }
}

void Run::check_end() {
  if (options_.frames != 0 && tally_.texts >= options_.frames) ended_ = true;
  if (options_.seconds == 0 || seconds(steady_ns() - opened_ns_) < options_.seconds) return;
  if (options_.storm) return begin_storm();
  ended_ = true;
}

void Run::read_commands() {
  input_ready_ = false;
  std::array<char, 512> bytes;
  const ssize_t got = read(STDIN_FILENO, bytes.data(), bytes.size());
  if (got <= 0) {
    ended_ = true;
    return;
  }
  input_.append(bytes.data(), static_cast<size_t>(got));
  for (size_t end = input_.find('\n'); end != std::string::npos; end = input_.find('\n')) {
    const std::string command = input_.substr(0, end);
    input_.erase(0, end + 1);
    obey(command);
  }
}

void Run::obey(const std::string& command) {
  if (command == "reset") {
    tally_ = {};
    crowd_.forget_numbers();
    say("reset");
  } else if (command == "report") {
    say("report");
  } else if (command.starts_with("expect ")) {
    expected_ = std::strtoull(command.c_str() + 7, nullptr, 10);
  } else if (command == "storm") {
    begin_storm();
  } else if (command == "read") {
    crowd_.let_slow_ones_read();
    say("read");
  } else if (command == "stop") {
    ended_ = true;
  } else {
    std::fprintf(stderr, "unknown command: %s\n", command.c_str());
  }
}

void Run::begin_storm() {
  storming_ = true;
  storm_began_ns_ = steady_ns();
  crowd_.begin_storm();
}

void Run::say(const char* event) {
  JsonLine line;
  line.add("event", std::string_view(event))
      .add("connections", crowd_.size())
      .add("open", crowd_.open())
      .add("seconds", seconds(steady_ns() - began_ns_))
      .add("opened_in_seconds", seconds(opened_ns_ - began_ns_));
  if (storm_ns_ != 0) line.add("storm_ms", seconds(storm_ns_) * 1e3);
  line.add("missing", crowd_.missing()).add("seen", tally_.line());
  std::puts(line.text().c_str());
  std::fflush(stdout);
}

void Run::show_progress() {
  const int64_t now = steady_ns();
  if (now - shown_ns_ < kSecondNs) return;
  shown_ns_ = now;
  std::fprintf(stderr, "%6.1f s  open %zu of %zu  messages %llu\n", seconds(now - began_ns_),
               crowd_.open(), crowd_.size(), static_cast<unsigned long long>(tally_.texts));
}

}  // namespace hermod::bench
