#pragma once
// Replaces a client that has met a fatal error by a new one, since librdkafka never polls
// with that again. Waits longer from one to the next, so that two members of one group.instance.id,
// each of which ends the other, do so twice a minute at most.

#include <cstdint>
#include <functional>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/closed.h"
#include "hermod/log.h"
#include "source/kafka_consumer.h"
#include "uv/timer.h"

namespace hermod::kafka {

class Renewal {
 public:
  Renewal(uv_loop_t* loop, Log& log, const Clock& clock, Consumer& consumer,
          std::function<void()> on_renewed);

  // From here on until on_renewed(), or until stopped. Nothing of the old client may be in use.
  void begin();
  bool busy() const { return busy_; }
  // The client is open, and does not make way for a new one.
  bool usable() const { return consumer_.opened() && !busy_; }
  // After a fatal error librdkafka does not report that the group was left.
  bool can_leave() const { return usable() && consumer_.fatal_error().empty(); }

  // While busy: no new client. True: the old one is still closing, and `closed`, if not null,
  // comes. May be called again with another.
  bool stop(Closed closed);

 private:
  void on_closed();
  void renew();

  Log& log_;
  const Clock& clock_;
  Consumer& consumer_;
  std::function<void()> on_renewed_;
  uv::Timer timer_;
  Backoff backoff_;
  int64_t renewed_ms_ = 0;
  bool busy_ = false;
  bool stopped_ = false;
  Closed closed_;
};

}  // namespace hermod::kafka
