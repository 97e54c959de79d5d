#pragma once
// Replaces a consumer after a fatal error, because librdkafka never consumes with it again. The
// delay between replacements grows: two members with the same group.instance.id fence each other,
// and then do so at most twice a minute. Owned by ConsumerSession.

#include <cstdint>
#include <functional>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/closed.h"
#include "hermod/log.h"
#include "kafka_source/kafka_consumer.h"
#include "uv/timer.h"

namespace hermod::kafka {

class Renewal {
 public:
  Renewal(uv_loop_t* loop, Log& log, const Clock& clock, Consumer& consumer,
          std::function<void()> on_renewed);

  // Starts a replacement, which lasts until on_renewed() or stop(). No message of the old client
  // may be in use.
  void begin();
  bool busy() const { return busy_; }
  // Whether the client is open and not being replaced.
  bool usable() const { return consumer_.opened() && !busy_; }
  // Whether the client can leave its group. After a fatal error librdkafka never reports that it
  // left.
  bool can_leave() const { return usable() && consumer_.fatal_error().empty(); }

  // Cancels a replacement that is busy(). Returns true if the old client is still closing; then
  // `closed`, if not null, is called when it is closed. May be called again with another callback.
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
