#include "flood/crowd.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kit/clock.h"

namespace hermod::bench {
namespace {

constexpr uint64_t kWatched = UINT64_MAX;
constexpr int kSlowReceiveBuffer = 4096;
// The maximum number of connections started per iteration, so that the sockets are served in time.
constexpr int kBeginsPerTurn = 64;

}  // namespace

Crowd::Crowd(const CrowdOptions& options, const Target& target, Tally& tally)
    : options_(options),
      shared_{target, tally, options.pongs},
      connections_(options.users.size() * options.per_user),
      opening_max_(options.opening_max),
      rate_(options.rate) {}

void Crowd::open_all() {
  for (size_t i = 0; i < connections_.size(); ++i) {
    if (connections_[i].state() == Connection::State::kIdle) waiting_.push_back({i, 0});
  }
}

void Crowd::close_all() {
  for (Connection& connection : connections_) connection.close();
  open_ = opening_ = 0;
  waiting_.clear();
}

void Crowd::begin_storm() {
  rate_ = 0;
  opening_max_ = options_.storm_opening_max == 0 ? connections_.size() : options_.storm_opening_max;
  close_all();
  open_all();
}

void Crowd::let_slow_ones_read() {
  slow_ones_read_ = true;
  for (size_t i = 0; i < connections_.size(); ++i) {
    if (is_slow(i) && connections_[i].state() == Connection::State::kOpen) {
      epoll_.change(connections_[i].fd(), EPOLLIN, i);
    }
  }
}

void Crowd::turn(int timeout_ms) {
  begin_due();
  std::array<epoll_event, 512> ready;
  const size_t count = epoll_.wait(ready, until_due_ms(timeout_ms));
  for (size_t i = 0; i < count; ++i) {
    if (ready[i].data.u64 == kWatched) {
      *watched_ready_ = true;
    } else {
      serve(ready[i].data.u64, ready[i].events);
    }
  }
}

void Crowd::watch(int fd, bool& ready) {
  watched_ready_ = &ready;
  epoll_.add(fd, EPOLLIN, kWatched);
}

uint64_t Crowd::missing() const {
  uint64_t sum = 0;
  for (const Connection& connection : connections_) sum += connection.missing();
  return sum;
}

void Crowd::forget_numbers() {
  for (Connection& connection : connections_) connection.forget_numbers();
}

// True for `slow_share` of the connections, evenly distributed.
bool Crowd::is_slow(size_t number) const {
  const double share = options_.slow_share;
  return std::floor(static_cast<double>(number) * share) !=
         std::floor(static_cast<double>(number + 1) * share);
}

void Crowd::begin_due() {
  for (int begun = 0; begun < kBeginsPerTurn && !waiting_.empty(); ++begun) {
    const int64_t now = steady_ns();
    if (opening_ >= opening_max_ || waiting_.front().due_ns > now) return;
    if (rate_ > 0) {
      if (next_begin_ns_ > now) return;
      const auto gap_ns = static_cast<int64_t>(static_cast<double>(kSecondNs) / rate_);
      // After a delay, the rate catches up by at most a tenth of a second.
      next_begin_ns_ = std::max(next_begin_ns_ + gap_ns, now - kSecondNs / 10);
    }
    const size_t number = waiting_.front().number;
    waiting_.pop_front();
    begin(number);
  }
}

void Crowd::begin(size_t number) {
  Connection& connection = connections_[number];
  connection.begin(shared_, number, options_.users[number / options_.per_user],
                   is_slow(number) ? kSlowReceiveBuffer : 0);
  const bool connecting = connection.state() == Connection::State::kConnecting;
  if (connection.state() != Connection::State::kIdle) {
    epoll_.add(connection.fd(), connecting ? EPOLLOUT : EPOLLIN, number);
  }
  ++opening_;
  follow(number, Connection::State::kConnecting);
}

void Crowd::serve(size_t number, uint32_t events) {
  Connection& connection = connections_[number];
  const Connection::State before = connection.state();
  if (before == Connection::State::kIdle) return;
  if (before == Connection::State::kConnecting) {
    connection.on_writable(shared_);
    if (connection.state() == Connection::State::kUpgrading) {
      epoll_.change(connection.fd(), EPOLLIN, number);
    }
  } else if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
    connection.on_readable(shared_);
  }
  follow(number, before);
}

// Updates the counters after a call that may have changed the connection's state.
void Crowd::follow(size_t number, Connection::State before) {
  const Connection::State after = connections_[number].state();
  const bool was_open = before == Connection::State::kOpen;
  if (!was_open && after == Connection::State::kOpen) {
    --opening_;
    ++open_;
    if (is_slow(number) && !slow_ones_read_) epoll_.change(connections_[number].fd(), 0, number);
  }
  if (after != Connection::State::kIdle) return;
  if (was_open) --open_;
  if (!was_open) --opening_;
  if (options_.retry_ms >= 0) {
    waiting_.push_back({number, steady_ns() + options_.retry_ms * 1'000'000});
  }
}

int Crowd::until_due_ms(int timeout_ms) const {
  if (waiting_.empty() || opening_ >= opening_max_) return timeout_ms;
  const int64_t due_ns = std::max(waiting_.front().due_ns, rate_ > 0 ? next_begin_ns_ : 0);
  const int64_t left_ns = due_ns - steady_ns();
  if (left_ns <= 0) return 0;
  return std::min(timeout_ms, static_cast<int>((left_ns + 999'999) / 1'000'000));
}

}  // namespace hermod::bench
