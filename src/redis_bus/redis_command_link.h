#pragma once
// The command link of a bus. On each new connection, it prepares Redis before commands are sent: it
// loads the scripts, and the generation key shows whether Redis still has its data. It is not ready
// while other processes publish in another mode (RedisSharedState). The server is checked as well
// (RedisServerCheck); only an unsuitable one makes the connection fail.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "hermod/log.h"
#include "redis/redis_commands.h"
#include "redis_bus/redis_bus_options.h"
#include "redis_schema/redis_channels.h"
#include "redis_schema/redis_data_check.h"
#include "redis_schema/redis_scripts.h"
#include "redis_schema/redis_server_check.h"
#include "redis_schema/redis_shared_state.h"

namespace hermod {

class RedisCommandLink final : RedisCommandsListener {
 public:
  // RedisLinkPair implements it.
  class Listener {
   public:
    virtual void on_commands_connected() = 0;
    // Redis lost its data. On a new connection, this precedes on_commands_ready().
    virtual void on_data_lost() = 0;
    // Commands may be sent. Also called after the scripts were loaded again.
    virtual void on_commands_ready() = 0;
    virtual void on_commands_down() = 0;
    // The results of the checks, server(), shared_state() and write_refusal(), may have changed.
    virtual void on_commands_checked() = 0;

   protected:
    ~Listener() = default;
  };

  RedisCommandLink(uv_loop_t* loop, const Clock& clock, Log& log, const RedisBusOptions& options,
                   const RedisChannels& channels, Listener& listener);

  // The names of the shard's own keys have changed.
  void renew_names();
  void tick();  // repeats the checks whose result can change on an open connection

  bool ready() const { return state_ == State::kReady; }
  const std::string& down_reason() const { return reason_; }  // empty: ready

  // True if the data was checked on this connection before: it leads to the same Redis since then.
  bool data_known() const { return data_ == Data::kKnown; }
  // Redis' error message if it refuses the write of the data check; empty: it does not.
  const std::string& write_refusal() const { return data_check_.refusal(); }
  const RedisServerCheck& server() const { return server_check_; }
  const RedisSharedState& shared_state() const { return shared_state_; }

  const RedisEndpoint& endpoint() const { return commands_.endpoint(); }
  RedisCommands& commands() { return commands_; }
  RedisScripts& scripts() { return scripts_; }

 private:
  enum class State { kDown, kPreparing, kReady };
  enum class Data { kUnchecked, kChecked, kKnown };  // kChecked: without a result

  void on_commands_up() override;
  void on_commands_down(std::string_view reason) override;

  void on_scripts_loaded(const Result<void>& loaded);
  void on_data_checked(RedisDataCheck::Verdict verdict);
  void on_server_checked();
  void on_mode_checked();
  void maybe_ready();
  void enter(State next);

  Log& log_;
  Listener& listener_;
  State state_ = State::kDown;
  Data data_ = Data::kUnchecked;
  std::string reason_ = "not connected yet";
  RedisCommands commands_;
  RedisScripts scripts_;
  RedisDataCheck data_check_;
  RedisServerCheck server_check_;
  RedisSharedState shared_state_;
};

}  // namespace hermod
