#pragma once
// The bus in Redis: one link for commands, one in subscribed mode. Composes the parts, judges from
// what they say whether the bus is up, and restores everything after a loss. Owned by the
// composition.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "bus/bus.h"
#include "bus/redis_ack_cursors.h"
#include "bus/redis_bus_options.h"
#include "bus/redis_canary.h"
#include "bus/redis_commands.h"
#include "bus/redis_data_check.h"
#include "bus/redis_publisher.h"
#include "bus/redis_replayer.h"
#include "bus/redis_scripts.h"
#include "bus/redis_server_check.h"
#include "bus/redis_subscriber.h"
#include "bus/redis_time.h"
#include "hermod/log.h"

namespace hermod {

class RedisBus final : public Bus,
                       RedisCommandsListener,
                       RedisSubscriberListener,
                       RedisPublisher::Listener,
                       RedisReplayer::Listener,
                       RedisCanary::Listener {
 public:
  // The channels must have passed check_channels().
  RedisBus(uv_loop_t* loop, const Clock& clock, Log& log, RedisBusOptions options);
  ~RedisBus() override;

  Result<void> start(BusListener& texts, PublishListener& publications) override;
  void publish(const Publication& publication) override;
  void subscribe(std::string_view user) override;
  void unsubscribe(std::string_view user) override;
  void replay(const ReplayRequest& request, ReplayDone done) override;
  void acknowledge(std::string_view user, StreamId stream_id) override;
  void write_acknowledged(std::string_view user) override { ack_cursors_.hurry(user); }
  BusStatus status() const override;
  void close(Closed closed) override;

 private:
  void on_commands_up() override;
  void on_commands_down(std::string_view reason) override;
  void on_subscriber_restoring() override { replayer_.subscribed(); }
  void on_subscriber_restored() override;
  void on_subscriber_down(std::string_view reason) override;
  void on_canary_received(std::string_view text) override;
  void on_canary_tick() override;
  void on_canary_changed() override { update(); }
  void on_canary_allowed() override;
  void on_publisher_changed() override;
  void on_replayer_changed() override { update(); }
  void on_scripts_gone() override;

  void load_scripts();
  void check_sentinel();
  OldStreamIds old_stream_ids();
  void on_server_checked();
  void on_memory_lost(OldStreamIds stream_ids);
  void void_places();
  void maybe_commands_ready();
  void open_publisher();
  void look_after_timeouts();
  std::string replica_reason() const;
  void look_for_master();
  void follow_master();
  std::string down_reason() const;
  void update();
  void finish_close();

  const Clock& clock_;
  Log& log_;
  RedisBusOptions options_;
  RedisChannels channels_;
  BusListener* texts_ = nullptr;

  // The command link is ready when its scripts are loaded and the sentinel was checked.
  bool sentinel_checked_ = false;
  bool sentinel_known_ = false;  // and it told: from here on this link is to one and the same Redis
  bool commands_ready_ = false;
  std::string commands_reason_ = "not connected yet";
  std::string subscriber_reason_ = "not connected yet";
  std::string reason_ = "not connected yet";  // as it was told last; empty: up
  bool unpublished_ = false;                  // the newest text was kept, and published to nobody
  bool untold_ = false;               // such texts may wait in history, and nothing tells of them
  int64_t replica_since_ms_ = 0;      // Redis refuses to write, being a replica; 0: it does not
  bool master_sought_ = false;        // with a new command link; the subscriber may be left behind
  bool same_redis_unproven_ = false;  // a loss was reported as kBelow, on a new command link
  uint64_t ups_ = 0;                  // connections that were made, of both links
  uint64_t memory_losses_ = 0;

  bool closing_ = false;
  bool closed_ = false;
  Closed on_closed_;

  // Teardown order: the parts use the links.
  RedisCommands commands_;
  RedisTime time_;
  RedisSubscriber subscriber_;
  RedisServerCheck server_check_;
  RedisScripts scripts_;
  RedisDataCheck data_check_;
  RedisPublisher publisher_;
  RedisReplayer replayer_;
  RedisAckCursors ack_cursors_;
  RedisCanary canary_;
  uv::Timer publish_anyway_;
  uv::Timer close_timer_;  // how long the last marks are waited for; 0 ms: the end itself
};

}  // namespace hermod
