#pragma once
// The dependencies of a component that calls the scripts over one command link.

#include "hermod/log.h"
#include "redis/redis_commands.h"
#include "redis_schema/redis_keys.h"
#include "redis_schema/redis_scripts.h"
#include "redis_schema/redis_shared_state.h"

namespace hermod {

// Gets the errors that send the commands of a user to another server: MOVED, ASK, TRYAGAIN.
class RedirectListener {
 public:
  virtual void on_redirected(std::string_view error) = 0;

 protected:
  ~RedirectListener() = default;
};

struct RedisContext {
  uv_loop_t* loop;
  RedisCommands& commands;
  RedisScripts& scripts;
  const RedisNames& names;
  const RedisSharedState& shared;
  Log& log;
  RedirectListener& redirects;

  const Clock& clock() const { return commands.clock(); }
  bool ready() const { return scripts.loaded() && commands.up(); }  // scripts can be called
};

}  // namespace hermod
