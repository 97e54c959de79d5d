#pragma once
// One router: a server on the environment's loop with its harness, and the JavaScript function that
// is told what happens. Open from the constructor until it is closed; Environment keeps it so long,
// JavaScript's object as long as it is reachable.

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
  // `tell` is called with a word and what belongs to it:
  //   "events", JSON of [name, event] pairs; "log", JSON of lines;
  //   "answer", the number of a request, and a text, or undefined with an error's code and message.
  Router(Environment& environment, napi_value tell);
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  // Listens when it comes back; after an error it is to be closed.
  Result<void> start(const Options& options);

  // --- requests, answered by their number
  void publish(double request, size_t topic, std::string key, std::string value);
  void delivered(double request);
  void close(double request, Server::Ending ending);

  // The environment ends: at once, and nobody is told.
  void end();

  // Null once it is closed.
  Server* server() const { return server_.get(); }
  Harness* harness() const { return harness_.get(); }

  int64_t topics() const { return topics_; }  // how many it has

  void tell_logs();

  // Moves the clock forward. Error: kValidation, it would be more than kAdvanceMsMax from where it
  // was: times are counted in nanoseconds too.
  static constexpr int64_t kAdvanceMsMax = 3'155'760'000'000;  // a hundred years
  Result<void> advance_clock(int64_t ms);

  // False, with an error thrown: Node did not take the function.
  bool usable() const { return tell_->usable(); }

 private:
  void begin_close(Server::Ending ending);
  void on_closed();
  void tell_events(const std::vector<HarnessEvent>& events);
  void flush_log();
  void answer(double request, std::string_view text);
  void answer(double request, const Error& error);

  Environment& environment_;
  std::unique_ptr<Callback> tell_;
  NodeLog log_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Harness> harness_;
  std::vector<double> closes_;  // requests that wait for the end
  int64_t topics_ = 0;
  int64_t advanced_ms_ = 0;
  bool closing_ = false;
  bool telling_logs_ = false;
};

}  // namespace hermod::node
