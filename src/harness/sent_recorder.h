#pragma once
// Records the messages that are sent to clients, and marks those that their client has answered.
// Owned by the harness; the server calls it as an observer.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>

#include "base/clock.h"
#include "core/observer.h"
#include "harness/sent_log.h"

namespace hermod {

class SentRecorder final : public Observer {
 public:
  using OnAnswered = std::function<void(const SentText&)>;

  SentRecorder(const Clock& clock, OnAnswered on_answered);

  const std::deque<SentText>& texts() const { return log_.texts(); }
  void clear() { log_.clear(); }

  void on_connected(uint64_t connection, const Session& session) override;
  void on_sent(const Session& session, StreamId stream_id, const SharedFrame& message) override;
  void on_confirmed(const Session& session, StreamId upto) override;
  void on_disconnected(uint64_t connection, const Session& session, uint16_t code) override;

 private:
  struct Client {
    uint64_t connection;
    std::string user;
    std::deque<uint64_t> unanswered;  // numbers in log_
  };

  const Clock& clock_;
  OnAnswered on_answered_;
  SentLog log_;
  std::map<const Session*, Client> clients_;
};

}  // namespace hermod
