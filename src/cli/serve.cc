// The command `hermod serve`:
// - It builds the server, starts it, and prints the ready line to stdout.
// - In development with embedded components, it writes the state file that the other commands read.
// - SIGTERM or SIGINT starts a drain; a second one ends it at once. SIGHUP reloads the settings.
// - When the loop is empty, it exits with status 0.
// - If the start fails, it prints the error to stderr and closes the server.

#include "cli/serve.h"

#include <sys/resource.h>

#include <algorithm>
#include <cassert>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <ostream>

#include "base/clock.h"
#include "cli/dev_state.h"
#include "cli/heap_trimmer.h"
#include "cli/ready_text.h"
#include "cli/service_manager.h"
#include "cli/startup_code.h"
#include "cli/systemd.h"
#include "hermod/server.h"
#include "observe/spdlog_log.h"
#include "settings/option_rules.h"
#include "uv/loop.h"
#include "uv/signal.h"
#include "uv/timer.h"

namespace hermod::cli {
namespace {

// A higher limit only makes the table of libwebsockets longer, which every close iterates over.
constexpr rlim_t kDescriptorsMax = 65'536;

// After a second signal, the process exits after this time at the latest.
constexpr uint64_t kForcedExitMs = 500;

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min(limit.rlim_max, std::max(limit.rlim_cur, kDescriptorsMax));
  setrlimit(RLIMIT_NOFILE, &limit);
}

LogOptions log_options(const Options& options) {
  LogOptions made = log_options_for_stderr(options.log_format);
  made.service = options.service_name;
  made.level = log_level(options.log_level).value_or(LogLevel::kInfo);
  return made;
}

// The command that starts this program in another terminal.
std::string program_name() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string folder = self.parent_path().string();
  if (error || folder == "/usr/bin" || folder == "/usr/local/bin") return "hermod";
  return self.string();
}

// The state that other commands need to find this service.
DevState dev_state_of(const Server& server, const Options& options) {
  DevState state = own_dev_state();
  state.url = server.url();
  state.key = server.generated_key();
  state.console_secret = server.console_secret();
  if (embeds_kafka(options)) state.bootstrap = server.brokers();
  return state;
}

// Returns the warnings of the reload.
Result<std::vector<std::string>> reload_settings(Server& server, const Result<Options>& loaded) {
  if (loaded) return server.reload(loaded.value());
  server.note_failed_reload(loaded.error());
  return loaded.error();
}

class Service {
 public:
  Service(Options options, Terminal& terminal, const Reload& reload)
      : options_(std::move(options)),
        terminal_(terminal),
        reload_(reload),
        log_(clock_, log_options(options_)),
        state_file_(terminal.environment) {}

  int run() {
    raise_descriptor_limit();
    // Installed first: a program that reads the ready line may send a signal at once.
    uv::Signal terminate(loop_.get(), SIGTERM, [this] { on_end_signal(); });
    uv::Signal interrupt(loop_.get(), SIGINT, [this] { on_end_signal(); });
    uv::Signal hang_up(loop_.get(), SIGHUP, [this] { on_hang_up(); });
    return run_until_signal();
  }

 private:
  // kEnding: the server is closing. kClosed: the server no longer exists.
  enum class State { kStarting, kServing, kEnding, kClosed };

  void enter(State next) {
    assert(next > state_);
    assert(next != State::kClosed || state_ == State::kEnding);
    state_ = next;
  }

  int run_until_signal() {
    auto inherited = inherited_socket(terminal_.environment);
    if (!inherited) return fail(terminal_, inherited.error());
    options_.listening_descriptor = inherited.value().value_or(-1);
    options_.own_loop = true;
    auto made = Server::create(loop_.get(), options_, log_);
    if (!made) return fail(terminal_, made.error());
    server_ = made.take();
    const Result<void> started = server_->start();
    if (!started) {
      status_ = fail(terminal_, started.error());
      end(Server::Ending::kNow);
      loop_.run();
      return status_;
    }
    enter(State::kServing);
    const bool in_development =
        !options_.production() && (server_->embedded() || !server_->generated_key().empty());
    if (in_development) write_state_file();
    print_ready(in_development);
    release_startup_code();
    serve();
    loop_.run();  // until the last handles are closed
    if (in_development) state_file_.remove(own_dev_state());
    return status_;
  }

  void serve() {
    ServiceManager manager(loop_.get(), terminal_.environment, *server_);
    manager_ = &manager;
    while (state_ != State::kClosed) {
      loop_.run_once();
      heap_trimmer_.look(clock_.steady_ms());
    }
    manager_ = nullptr;
  }

  void on_end_signal() {
    assert(state_ != State::kStarting);
    if (state_ == State::kServing) {
      log_.info("shutting down: draining connections", {{"drain_seconds", options_.drain_seconds}});
      manager_->stopping();
      end(Server::Ending::kDrain);
      return;
    }
    if (state_ == State::kClosed) return;
    log_.warning("second signal: shutting down at once");
    server_->close(Server::Ending::kNow, nullptr);
    forced_exit_timer_.start(kForcedExitMs);
  }

  void on_hang_up() {
    if (state_ != State::kServing) return;
    manager_->reloading();
    read_settings_again();
    manager_->ready();
  }

  void read_settings_again() {
    const Result<Options> loaded = reload_();
    const auto warnings = reload_settings(*server_, loaded);
    if (!warnings) {
      const Error& error = warnings.error();
      log_.error("reload failed: settings are unchanged",
                 {{"error", error.message},
                  {"error_detail.error_code", to_string(error.code)},
                  {"error_detail.operation", "settings.reload"}});
      return;
    }
    log_.set_level(log_level(loaded.value().log_level).value_or(log_.level()));
    for (const std::string& sentence : warnings.value()) log_.warning(sentence);
    log_.info("reloaded the settings");
  }

  void end(Server::Ending ending) {
    enter(State::kEnding);
    server_->close(ending, [this] {
      enter(State::kClosed);
      server_.reset();
      forced_exit_timer_.stop();
    });
  }

  void write_state_file() {
    if (const auto written = state_file_.write(dev_state_of(*server_, options_)); !written) {
      log_.warning("cannot write the state file: other commands cannot find this process",
                   {{"error", written.error().message}});
    }
  }

  void print_ready(bool in_development) {
    const std::string console = server_->console_url();
    if (in_development) {
      const bool embeds = embeds_kafka(options_);
      terminal_.out << ready_text_with_examples(
          {server_->url(), embeds ? server_->brokers() : "", console, server_->console_secret()},
          program_name());
    } else {
      terminal_.out << ready_text(server_->url());
      if (!console.empty()) log_.info("console enabled", {{"url", console}});
    }
    if (const std::string url = server_->admin_url(); !url.empty()) {
      log_.info("operators' interface enabled", {{"url", url}});
    }
    terminal_.out.flush();
    // A closed standard output is not an error: no program waits for the line.
    if (terminal_.out.good()) return;
    log_.warning("cannot write the ready line to standard output", {{"url", server_->url()}});
  }

  Options options_;
  Terminal& terminal_;
  const Reload& reload_;
  SystemClock clock_;
  SpdlogLog log_;
  DevStateFile state_file_;
  uv::OwnLoop loop_;
  HeapTrimmer heap_trimmer_;
  std::unique_ptr<Server> server_;
  uv::Timer forced_exit_timer_{loop_.get(), [this] { std::_Exit(status_); }};
  ServiceManager* manager_ = nullptr;  // not null in serve()
  State state_ = State::kStarting;
  int status_ = kOk;  // the exit status
};

}  // namespace

int run_serve(const Options& options, Terminal& terminal, const Reload& reload) {
  return Service(options, terminal, reload).run();
}

}  // namespace hermod::cli
