// Paths per message, from the bus to the output buffer of a connection.

#include <cstdlib>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/hub.h"
#include "core/shared_frame.h"
#include "kit/numbered_text.h"
#include "micro/path.h"
#include "parts/driver_bus.h"

namespace hermod::bench {
namespace {

constexpr size_t kUsers = 1000;
constexpr size_t kTextBytes = 300;
constexpr size_t kGatherBytesMax = 64 * 1024;

class BuildFrame final : public Operation {
 public:
  void run() override {
    if (!SharedFrame::build(text_.text())) std::abort();
  }

 private:
  NumberedText text_{"teacher-1234", kTextBytes};
};

struct QuietPeer final : Peer {
  explicit QuietPeer(Hub& hub) : session(hub.host(), *this) {}
  void flush_now() override {}
  void wake() override {}
  void close(CloseCode, ErrorCode, std::string_view) override {}
  Session session;
};

// Routes each message to the live sessions of the next user.
class Route : public Operation {
 public:
  Route(size_t per_user, int64_t delivery_ping_ms)
      : hub_(bus_, {clock_, log_, stats_, observers_}, options(delivery_ping_ms)) {
    for (size_t i = 0; i < kUsers; ++i) {
      users_.push_back("teacher-" + std::to_string(i));
      for (size_t k = 0; k < per_user; ++k) {
        peers_.push_back(std::make_unique<QuietPeer>(hub_));
        if (!hub_.join(peers_.back()->session, users_.back())) std::abort();
      }
    }
    while (bus_.answer(hub_)) {
    }
  }
  ~Route() override {
    for (const auto& peer : peers_) hub_.leave(peer->session);
  }

  void run() override {
    const size_t user = next_ % kUsers;
    const StreamId stream_id{1'750'000'000'000, next_ / kUsers + 1};
    ++next_;
    hub_.on_text(users_[user], stream_id, text_.text(), {});
    const size_t per_user = peers_.size() / kUsers;
    for (size_t k = 0; k < per_user; ++k) take(peers_[user * per_user + k]->session, stream_id);
  }

 protected:
  virtual void take(Session& session, StreamId stream_id) {
    out_.clear();
    const Instant now{static_cast<int64_t>(stream_id.ms), 1000};
    if (session.gather(now, out_, kGatherBytesMax) != 1) std::abort();
    session.on_written();
  }

  std::string out_;

 private:
  static HubOptions options(int64_t delivery_ping_ms) {
    HubOptions options;
    options.delivery_ping_ms = delivery_ping_ms;
    return options;
  }

  SystemClock clock_;
  NoLog log_;
  Stats stats_;
  Observers observers_;
  DriverBus bus_;
  Hub hub_;
  NumberedText text_{"teacher-1234", kTextBytes};
  std::vector<std::string> users_;
  std::vector<std::unique_ptr<QuietPeer>> peers_;
  uint64_t next_ = 0;
};

// Like Route, but a ping follows each message and is answered at once.
class RouteAndConfirm final : public Route {
 public:
  RouteAndConfirm() : Route(1, 1) {}

 protected:
  void take(Session& session, StreamId stream_id) override {
    out_.clear();
    const Instant now{static_cast<int64_t>(stream_id.ms),
                      static_cast<int64_t>(stream_id.count) * 10};
    session.gather(now, out_, kGatherBytesMax);
    session.on_written();
    session.on_pong(std::to_string(stream_id.count));
    if (session.ping_outstanding()) std::abort();
  }
};

}  // namespace

std::unique_ptr<Operation> make_frame() {
  return std::make_unique<BuildFrame>();
}
std::unique_ptr<Operation> make_route() {
  return std::make_unique<Route>(1, 0);
}
std::unique_ptr<Operation> make_route_five() {
  return std::make_unique<Route>(5, 0);
}
std::unique_ptr<Operation> make_pong() {
  return std::make_unique<RouteAndConfirm>();
}

}  // namespace hermod::bench
