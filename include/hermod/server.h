#pragma once
// The router: builds the parts that Options name, wires them on the caller's loop, and closes them
// in reverse. Everything happens on that loop's thread; no call blocks but where it says so.
//
//   auto made = Server::create(loop, options, log);
//   if (!made) …made.error()…
//   auto server = made.take();
//   if (auto started = server->start(); !started) …
//   …uv_run…
//   server->close(Server::Ending::kDrain, [&] { server.reset(); });

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hermod/log.h"
#include "hermod/options.h"
#include "hermod/result.h"
#include "hermod/stats.h"

struct uv_loop_s;

namespace hermod {

class Server {
 public:
  // How a close treats the connections that stand: spread over drain_seconds with a word on when to
  // come back, or all at once.
  enum class Ending { kDrain, kNow };

  // Judges the options (what contradicts or misses something is an Error of code kConfiguration,
  // naming the variable) and builds the parts; opens no socket yet. `loop` and `log` outlive the
  // server.
  static Result<std::unique_ptr<Server>> create(uv_loop_s* loop, const Options& options, Log& log);

  // Closed before destroyed, or never started.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens and begins to consume. A broker that is away is no error: it is waited for. Errors:
  // kInitialization where the address cannot be bound or libwebsockets cannot start, kConfiguration
  // where librdkafka refuses a property. After an error only close() may be called.
  Result<void> start();

  uint16_t port() const;    // where it listens, after start()
  std::string url() const;  // "http://127.0.0.1:8080"
  // Where the console is, for a browser on this machine; empty where it is off or cannot be
  // reached.
  std::string console_url() const;
  std::string brokers()
      const;              // what it consumes from: KAFKA_BOOTSTRAP_SERVERS, or the embedded broker
  bool embedded() const;  // a part of it is an in-process twin
  // The key it generated because none was configured, for the development state file; else empty.
  const std::string& generated_key() const;
  // What opens the console beside ADMIN_TOKEN, until this server is closed: made where the key is
  // generated, else empty. For a browser it follows the console's URL as its fragment.
  const std::string& console_secret() const;

  const Stats& stats() const;
  std::string metrics() const;  // Prometheus text

  // Takes over what may change while it runs: log level is the caller's; here limits, keys,
  // origins. Returns a sentence for each changed option that needs a restart; an Error leaves
  // everything as it was.
  Result<std::vector<std::string>> reload(const Options& options);
  // The settings could not even be read: shown like an Error of reload(), which notes itself.
  void note_failed_reload(const Error& error);

  // Not ready from here on; the source is closed when what it handed out is settled, the
  // connections are let go (protocol section 3: 1001), then the rest. A second call with kNow
  // hurries a drain along. `closed` comes once, on a later turn, when the loop holds nothing of the
  // server.
  void close(Ending ending, std::function<void()> closed);

  // Whether it keeps the loop alive, which it does until unref(); only with Options::releasable. A
  // close in either state is waited for.
  void ref();
  void unref();

 private:
  friend class Harness;
  struct State;
  explicit Server(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace hermod
