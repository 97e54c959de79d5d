#pragma once
// What this process writes to the connections of the users whom operators watch. A watch exists
// while a page of the console asks for it, and only then are messages observed: otherwise it costs
// nothing. A watch is not a connection: it does not count for the limit of the user, subscribes to
// nothing and acknowledges nothing. In production it keeps no payloads. Owned by ConsoleBackend.

#include <cstdint>
#include <list>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "console/console_view.h"
#include "core/observers.h"
#include "hermod/options.h"
#include "uv/timer.h"

namespace hermod {

class UserFeeds final : public Observer {
 public:
  static constexpr size_t kWatchesMax = 32;  // the one that was asked for longest ago gives way
  static constexpr size_t kEventsMax = 50;   // of a watch; the oldest is dropped and counted

  // All of them outlive this object.
  struct Dependencies {
    uv_loop_t* loop;
    const Clock& clock;
    const Options& options;
    Observers& observers;
    int64_t idle_ms = 10'000;
  };

  explicit UserFeeds(const Dependencies& dependencies);
  ~UserFeeds();
  UserFeeds(const UserFeeds&) = delete;
  UserFeeds& operator=(const UserFeeds&) = delete;

  // Begins to watch the user, or continues. It ends after `idle_ms` without a call.
  ConsoleFeed watch(std::string_view user);

  size_t watches() const { return watches_.size(); }

  // --- Observer
  void on_sent(const Session& session, StreamId stream_id, const SharedFrame& message) override;

 private:
  struct Watch {
    std::string user;
    int64_t asked_ms = 0;
    ConsoleFeed feed;
  };

  Watch& watch_of(std::string_view user);
  void end(std::list<Watch>::iterator watch);
  void end_idle();
  ConsoleFeedEvent describe(StreamId stream_id, std::string_view text) const;

  Dependencies uses_;
  std::list<Watch> watches_;
  uv::Timer idle_;
};

}  // namespace hermod
