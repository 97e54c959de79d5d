#pragma once
// Implements the data and the actions of the console: collects the state at each request, publishes
// test notifications, and mints tokens. Owned by the server.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "bus/bus.h"
#include "console/console_view.h"
#include "core/hub.h"
#include "hermod/options.h"
#include "hermod/stats.h"
#include "server/recent_dead_letters.h"
#include "server/test_notifications.h"
#include "server/user_feeds.h"
#include "source/record_producer.h"
#include "source/source.h"
#include "ws/ws_server.h"

namespace hermod {

class ConsoleBackend final : public ConsoleView {
 public:
  // All of them outlive this object.
  struct Dependencies {
    uv_loop_t* loop;
    const Options& options;
    const std::string& process_id;
    const Clock& clock;
    const Stats& stats;
    const Bus& bus;
    const Source& source;
    RecordProducer& producer;
    const Hub& hub;
    const WsServer& ws;
  };

  explicit ConsoleBackend(const Dependencies& dependencies);

  Observer& dead_letter_observer() { return dead_letters_; }

  ConsoleState state(std::string_view user_part) const override;
  ConsoleFeed watch(std::string_view user) override { return feeds_.watch(user); }
  Result<std::string> send(const ConsoleNotification& notification) override;
  Result<ConsoleToken> mint(std::string_view user) override;

 private:
  Dependencies uses_;
  RecentDeadLetters dead_letters_;
  TestNotifications notifications_;
  UserFeeds feeds_;
};

}  // namespace hermod
