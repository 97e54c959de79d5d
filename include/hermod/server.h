#pragma once
// The notification router. It builds the components that Options select, connects them on the
// caller's loop, and closes them in reverse order. Use it on the loop's thread only. No call waits
// for the network.
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
  // How close() treats open connections. kDrain: it closes them over drain_seconds, and each close
  // reason states when to reconnect. kNow: it closes all of them at once.
  enum class Ending { kDrain, kNow };

  // Validates the options and builds the components; opens no socket yet. `loop` and `log` must
  // outlive the server. Errors: kConfiguration, with the name of the variable that is invalid,
  // missing or in conflict with another one; kInitialization if libwebsockets, the embedded broker
  // or, with enable_tracing, libcurl cannot be used.
  static Result<std::unique_ptr<Server>> create(uv_loop_s* loop, const Options& options, Log& log);

  // Precondition: the server was closed, and `closed` was called, or it was never started.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens and starts to consume. An unavailable broker is not an error: the server keeps
  // connecting. Errors: kInitialization if the address cannot be bound or no file descriptor is
  // left; kConfiguration if librdkafka rejects a property. After an error, only close() may be
  // called.
  Result<void> start();

  uint16_t port() const;          // the port that it listens on; valid after start()
  std::string url() const;        // "http://127.0.0.1:8080"
  uint16_t admin_port() const;    // the port of the operators' interface; 0: admin_port is unset
  std::string admin_url() const;  // its URL; empty: admin_port is unset
  // The URL of the console for a browser on this machine; empty if the console is disabled or
  // cannot be reached.
  std::string console_url() const;
  std::string brokers() const;  // KAFKA_BOOTSTRAP_SERVERS, or the embedded broker's address
  bool embedded() const;        // at least one of its components replaces an external service
  // The key that the server generated because none was configured, for the development state file;
  // otherwise empty.
  const std::string& generated_key() const;
  // A secret that opens the console, as an alternative to ADMIN_TOKEN, until the server is closed.
  // It exists only with a generated key; otherwise it is empty. A browser gets it as the fragment
  // of the console's URL.
  const std::string& console_secret() const;

  const Stats& stats() const;
  std::string metrics() const;  // in the Prometheus text format

  // Applies the options that a reload can change (column `reload` of docs/configuration.md), and
  // reads the files of keys and tokens again. The caller applies the log level. Returns one
  // sentence for each suspicious option and for each changed one that needs a restart. After an
  // Error, nothing has changed.
  Result<std::vector<std::string>> reload(const Options& options);
  // Records that the settings could not be read; /healthz/ready and the metrics report it. reload()
  // records its own errors.
  void note_failed_reload(const Error& error);

  // Shuts down. The server stops being ready; the source is closed when all records that it handed
  // out are settled; then the connections are closed (protocol section 3: 1001), then everything
  // else. A second call with kNow ends a drain early. `closed` is called once, in a later loop
  // iteration, when the loop has no handles of the server left.
  void close(Ending ending, std::function<void()> closed);

  // Whether the server keeps the loop alive. It does so until unref(), which requires
  // Options::releasable. Both may be called any number of times. A close keeps the loop alive in
  // both states.
  void ref();
  void unref();

  // For the harness, which observes and controls the components.
  struct Internals;
  Internals internals();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace hermod
