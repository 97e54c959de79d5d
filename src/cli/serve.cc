// - the parts are built, the door opens, the ready line goes to stdout;
// - in development with embedded parts a state file tells the other verbs how to reach them;
// - SIGTERM or SIGINT: a drain; a second one: no more waiting; SIGHUP: the settings are read again;
// - the loop is empty: exit status 0;
// - the start fails: its sentence goes to stderr and what was begun is closed; a signal hurries it.

#include "cli/serve.h"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <ostream>

#include "base/clock.h"
#include "cli/dev_state.h"
#include "cli/heap_trimmer.h"
#include "cli/service_manager.h"
#include "cli/startup_code.h"
#include "hermod/server.h"
#include "observe/spdlog_log.h"
#include "server/systemd.h"
#include "uv/loop.h"
#include "uv/signal.h"
#include "uv/timer.h"

namespace hermod::cli {
namespace {

// More descriptors than this only make libwebsockets' table longer, which every close walks.
constexpr rlim_t kDescriptorsMax = 65'536;

// After a second signal nothing is waited for longer than this.
constexpr uint64_t kImpatientMs = 500;

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

// This program as it can be typed in another terminal.
std::string program_name() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string folder = self.parent_path().string();
  if (error || folder == "/usr/bin" || folder == "/usr/local/bin") return "hermod";
  return self.string();
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
    // Before anything can be seen of the service: who reads its ready line may end it at once.
    uv::Signal terminate(loop_.get(), SIGTERM, [this] { on_end_signal(); });
    uv::Signal interrupt(loop_.get(), SIGINT, [this] { on_end_signal(); });
    uv::Signal hang_up(loop_.get(), SIGHUP, [this] { on_hang_up(); });
    return run_until_signal();
  }

 private:
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
    embedded_ = server_->embedded() || !server_->generated_key().empty();
    if (embedded()) write_state();
    say_ready();
    let_startup_code_go();
    serve();
    loop_.run();  // what the last parts still have to close
    if (embedded()) state_file_.remove(state_);
    return status_;
  }

  bool embedded() const { return embedded_ && !options_.production(); }

  void serve() {
    ServiceManager manager(loop_.get(), terminal_.environment, *server_);
    manager_ = &manager;
    while (server_ != nullptr) {
      loop_.run_once();
      heap_trimmer_.look(clock_.steady_ms());
    }
    manager_ = nullptr;
  }

  void on_end_signal() {
    if (!ending_) {
      log_.info("going down: connections are let go", {{"drain_seconds", options_.drain_seconds}});
      manager_->stopping();
      end(Server::Ending::kDrain);
      return;
    }
    if (server_ == nullptr) return;  // there is nothing left to hurry
    log_.warning("going down at once");
    server_->close(Server::Ending::kNow, nullptr);
    impatient_.start(kImpatientMs);
  }

  void on_hang_up() {
    if (ending_) return;
    manager_->reloading();
    read_settings_again();
    manager_->ready();
  }

  void refuse_settings(const Error& error) {
    log_.error("the settings stay as they are", {{"error", error.message},
                                                 {"error_detail.error_code", to_string(error.code)},
                                                 {"error_detail.operation", "settings.reload"}});
  }

  void read_settings_again() {
    Result<Options> loaded = reload_();
    if (!loaded) {
      server_->note_failed_reload(loaded.error());
      return refuse_settings(loaded.error());
    }
    auto applied = server_->reload(loaded.value());
    if (!applied) return refuse_settings(applied.error());
    log_.set_level(log_level(loaded.value().log_level).value_or(log_.level()));
    for (const std::string& sentence : applied.value()) log_.warning(sentence);
    log_.info("the settings were read again");
  }

  void end(Server::Ending ending) {
    ending_ = true;
    server_->close(ending, [this] {
      server_.reset();
      impatient_.stop();
    });
  }

  void write_state() {
    state_ = own_dev_state();
    state_.url = server_->url();
    state_.key = server_->generated_key();
    state_.console_secret = server_->console_secret();
    if (options_.kafka_bootstrap_servers.empty()) state_.bootstrap = server_->brokers();
    if (const auto written = state_file_.write(state_); !written) {
      log_.warning("the other verbs cannot find this process by themselves",
                   {{"error", written.error().message}});
    }
  }

  void say_ready() {
    terminal_.out << "hermod ready on " << server_->url() << '\n';
    const std::string console = server_->console_url();
    if (!embedded() && !console.empty()) log_.info("the console is on", {{"url", console}});
    if (embedded()) {
      if (options_.kafka_bootstrap_servers.empty()) {
        terminal_.out << "its broker is " << server_->brokers() << ", for any Kafka client\n";
      }
      const std::string program = program_name();
      terminal_.out << "try, in other terminals:\n"
                    << "  " << program << " listen ann\n"
                    << "  " << program
                    << " publish ann class_created --payload '{\"class\":\"7b\"}'\n"
                    << "  curl -s " << server_->url() << "/healthz/ready\n";
      if (!console.empty()) {
        terminal_.out << "or see it work, in a browser: " << console << fragment() << '\n';
      }
    }
    terminal_.out.flush();
    note_unread_ready_line();
  }

  // A browser keeps the fragment to itself: no server, proxy or log is sent it.
  std::string fragment() const {
    const std::string& secret = server_->console_secret();
    return secret.empty() ? secret : '#' + secret;
  }

  // Who closes standard output does not wait for the line; the service is none the worse for it.
  void note_unread_ready_line() {
    if (terminal_.out.good()) return;
    log_.warning("standard output does not take the ready line", {{"url", server_->url()}});
  }

  Options options_;
  Terminal& terminal_;
  const Reload& reload_;
  SystemClock clock_;
  SpdlogLog log_;
  DevStateFile state_file_;
  DevState state_;
  uv::OwnLoop loop_;
  HeapTrimmer heap_trimmer_;
  std::unique_ptr<Server> server_;
  uv::Timer impatient_{loop_.get(), [this] { std::_Exit(status_); }};
  ServiceManager* manager_ = nullptr;  // there while the loop runs and ending_ is not set
  bool embedded_ = false;
  bool ending_ = false;
  int status_ = kOk;  // to exit with
};

}  // namespace

int run_serve(const Options& options, Terminal& terminal, const Reload& reload) {
  return Service(options, terminal, reload).run();
}

}  // namespace hermod::cli
