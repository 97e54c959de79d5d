#pragma once
// Writes the presence events of the bus to their topic (protocol section 2), and tells the bus what
// became of each. While Kafka is unavailable, a bounded number of events waits here; those beyond
// it fail, so that the bus announces them again. Owned by the composition in server/.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/backoff.h"
#include "base/closed.h"
#include "bus/bus.h"
#include "bus/presence.h"
#include "hermod/log.h"
#include "hermod/stats.h"
#include "source/record_producer.h"
#include "uv/timer.h"

namespace hermod {

class PresenceWriter final : public PresenceListener {
 public:
  // All of them outlive close(). The first topic of `producer` is that of the events; the writer
  // closes it.
  struct Dependencies {
    uv_loop_t* loop;
    Log& log;
    Stats& stats;
    Bus& bus;
    RecordProducer& producer;
    size_t open_max = 10'000;  // events that are not written yet
  };

  explicit PresenceWriter(const Dependencies& dependencies);
  ~PresenceWriter();

  void on_presence(const PresenceEvent& event) override;

  // Waits for the answers of Kafka, for at most two seconds. The events that are not written then
  // fail. Must complete before the bus closes. Call once; `closed` is called in a later loop
  // iteration.
  void close(Closed closed);

 private:
  // kFailing: Kafka did not accept an event. One is tried again after a pause, the others wait.
  enum class State { kWriting, kFailing, kClosing, kClosed };
  using Key = std::pair<std::string, int64_t>;  // the user, and the time of the event
  struct Event {
    bool online = false;
    bool sent = false;
  };
  using Events = std::map<Key, Event>;  // so that the events of a user are sent in their order

  void enter(State next);
  void send(Events::value_type& entry);
  void send_waiting();
  void on_timer();
  void on_answer(const Key& key, const Result<RecordPosition>& result);
  void fail(const std::string& why);
  void recover();
  void drop(const PresenceEvent& event);
  void finish_close();

  Dependencies uses_;
  State state_ = State::kWriting;
  Events events_;
  size_t in_flight_ = 0;
  Backoff backoff_;
  Closed closed_;
  uv::Timer timer_;  // the pause; while closing: the end of the wait
};

// The value of a record.
std::string presence_text(const PresenceEvent& event);

}  // namespace hermod
