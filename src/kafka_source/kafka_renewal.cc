#include "kafka_source/kafka_renewal.h"

#include <utility>

namespace hermod::kafka {
namespace {

constexpr uint64_t kFirstWaitMs = 1000;
constexpr uint64_t kLongestWaitMs = 30'000;
constexpr int64_t kGoodForMs = 60'000;  // a client that worked for this long resets the delay

}  // namespace

Renewal::Renewal(uv_loop_t* loop, Log& log, const Clock& clock, Consumer& consumer,
                 std::function<void()> on_renewed)
    : log_(log),
      clock_(clock),
      consumer_(consumer),
      on_renewed_(std::move(on_renewed)),
      timer_(loop, [this] { renew(); }),
      backoff_(kFirstWaitMs, kLongestWaitMs) {}

void Renewal::begin() {
  busy_ = true;
  if (clock_.steady_ms() - renewed_ms_ >= kGoodForMs) backoff_.reset();
  consumer_.close([this] { on_closed(); });
}

void Renewal::on_closed() {
  if (!stopped_) return timer_.start(backoff_.next_ms());
  if (const Closed closed = std::exchange(closed_, nullptr)) closed();
}

void Renewal::renew() {
  renewed_ms_ = clock_.steady_ms();
  if (auto started = consumer_.start(); !started) {
    log_.error("cannot create a new Kafka client, retrying", {{"error", started.error().message}});
    timer_.start(backoff_.next_ms());
    return;
  }
  busy_ = false;
  log_.info("a new Kafka client joins the group");
  on_renewed_();
}

bool Renewal::stop(Closed closed) {
  stopped_ = true;
  timer_.stop();
  closed_ = std::move(closed);
  return consumer_.opened();
}

}  // namespace hermod::kafka
