#pragma once
// The bus on Redis: one link carries commands, the other one is in subscribed mode. RedisBus
// composes the components of this module, decides from their state whether the bus is up, and
// restores everything after a failure. The composition (server/) owns it.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "bus/bus.h"
#include "hermod/log.h"
#include "redis/redis_commands.h"
#include "redis/redis_time.h"
#include "redis_bus/redis_ack_cursors.h"
#include "redis_bus/redis_bus_options.h"
#include "redis_bus/redis_canary.h"
#include "redis_bus/redis_publisher.h"
#include "redis_bus/redis_replayer.h"
#include "redis_bus/redis_subscriber.h"
#include "redis_schema/redis_data_check.h"
#include "redis_schema/redis_scripts.h"
#include "redis_schema/redis_server_check.h"
#include "uv/slack_timer.h"

namespace hermod {

class RedisBus final : public Bus,
                       RedisCommandsListener,
                       RedisSubscriberListener,
                       RedisPublisher::Listener,
                       RedisReplayer::Listener,
                       RedisCanary::Listener {
 public:
  // Precondition: check_channels() accepts the channels of `options`.
  RedisBus(uv_loop_t* loop, const Clock& clock, Log& log, RedisBusOptions options);
  ~RedisBus() override;

  Result<void> start(BusListener& texts, PublishListener& publications) override;
  void publish(const Publication& publication) override;
  void subscribe(std::string_view user) override;
  void unsubscribe(std::string_view user) override;
  void replay(const ReplayRequest& request, ReplayDone done) override;
  void acknowledge(std::string_view user, StreamId stream_id) override;
  void write_acknowledged(std::string_view user) override { ack_cursors_.write_now(user); }
  BusStatus status() const override;
  void close(Closed closed) override;

 private:
  void on_commands_up() override;
  void on_commands_down(std::string_view reason) override;
  void on_subscriber_restoring() override { replayer_.subscribed(); }
  void on_subscriber_restored() override;
  void on_subscriber_down(std::string_view reason) override;
  void on_canary_received(std::string_view text) override;
  void on_canary_changed() override { update(); }
  void on_publish_permitted() override;
  void on_publisher_changed() override;
  void on_replayer_changed() override { update(); }
  void on_scripts_gone() override;

  void tick();
  void load_scripts();
  void check_data();
  OldStreamIds old_stream_ids();
  void on_server_checked();
  void on_memory_lost(OldStreamIds stream_ids);
  void void_stream_ids();
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

  // The command link is ready when the scripts are loaded and the generation key was checked.
  bool data_checked_ = false;
  bool data_known_ = false;  // the check had a result; this link stays with that Redis
  bool commands_ready_ = false;
  std::string commands_reason_ = "not connected yet";
  std::string subscriber_reason_ = "not connected yet";
  std::string reason_ = "not connected yet";   // as last reported; empty: up
  bool unpublished_ = false;                   // the newest message was stored but not published
  bool unpublished_messages_pending_ = false;  // sessions may not have read such messages
  int64_t replica_since_ms_ = 0;               // Redis refuses writes as a replica; 0: it does not
  bool master_sought_ = false;        // by a new command link; the other may lead to the old master
  bool same_redis_unproven_ = false;  // a new command link reported a loss as kBelow
  uint64_t ups_ = 0;                  // established connections, of both links
  uint64_t memory_losses_ = 0;

  bool closing_ = false;
  bool closed_ = false;
  Closed on_closed_;

  // Declared in this order, because the other components use the links.
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
  uv::SlackTimer ticker_;  // about once a second, while a link is up
  uv::Timer publish_anyway_;
};

}  // namespace hermod
