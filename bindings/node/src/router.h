#pragma once
// One router: a server on the environment's loop, its harness, and the JavaScript function that
// receives events and replies. Two owners share it: Environment from start() until it is closed,
// and the JavaScript object until it is collected.

#include <memory>
#include <string>

#include "callback.h"
#include "hermod/harness.h"
#include "hermod/server.h"
#include "hermod/setting.h"
#include "node_log.h"

namespace hermod::node {

class Environment;

class Router : public std::enable_shared_from_this<Router> {
 public:
  // `notify` is called with a kind and its values:
  //   "events": JSON of [name, event] pairs;
  //   "log": JSON of an array of lines;
  //   "answer": the number of the request and a string, or undefined, an error code and a message.
  Router(Environment& environment, napi_value notify);
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  // The router listens when this returns. After an error it must still be closed.
  Result<void> start(const Options& options);

  // --- requests; the reply carries the number `request`
  void publish(double request, size_t topic, std::string key, std::string value);
  void delivered(double request);
  void close(double request, Server::Ending ending);

  // The environment is ending: closes without a drain and without calling JavaScript.
  void end();

  // Null after the close.
  Server* server() const { return server_.get(); }
  Harness* harness() const { return harness_.get(); }

  int64_t topics() const { return topics_; }  // number of topics

  void report_logs();  // starts to pass log lines to JavaScript

  // Advances the clock. Error: kValidation if all advances together exceed kAdvanceMsMax, because
  // times in nanoseconds would overflow.
  static constexpr int64_t kAdvanceMsMax = 3'155'760'000'000;  // a hundred years
  Result<void> advance_clock(int64_t ms);

  // False, with a JavaScript exception pending, if Node could not keep the function.
  bool usable() const { return notify_->usable(); }

 private:
  void begin_close(Server::Ending ending);
  void on_closed();
  void report_events(const std::vector<HarnessEvent>& events);
  void flush_log();
  void answer(double request, std::string_view text);
  void answer(double request, const Error& error);

  Environment& environment_;
  std::unique_ptr<Callback> notify_;
  NodeLog log_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Harness> harness_;
  std::vector<double> closes_;  // pending requests of close()
  int64_t topics_ = 0;
  int64_t advanced_ms_ = 0;
  bool closing_ = false;
  bool reports_logs_ = false;
};

}  // namespace hermod::node
