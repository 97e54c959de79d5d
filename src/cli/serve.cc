// The command `hermod serve`:
// - It builds the server, starts it, and prints the ready line to stdout.
// - In development with embedded components, it writes the state file that the other commands read.
// - SIGTERM or SIGINT starts a drain; a second one ends it at once. SIGHUP reloads the settings.
// - When the loop is empty, it exits with status 0.
// - If the start fails, it prints the error to stderr and closes the server.

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

// A higher limit only makes the table of libwebsockets longer, which every close iterates over.
constexpr rlim_t kDescriptorsMax = 65'536;

// After a second signal, the process exits after this time at the latest.
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

// The command that starts this program in another terminal.
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
    // Installed first: a program that reads the ready line may send a signal at once.
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
    loop_.run();  // until the last handles are closed
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
      log_.info("shutting down: draining connections", {{"drain_seconds", options_.drain_seconds}});
      manager_->stopping();
      end(Server::Ending::kDrain);
      return;
    }
    if (server_ == nullptr) return;  // the server is already closed
    log_.warning("second signal: shutting down at once");
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
    log_.error("reload failed: settings are unchanged",
               {{"error", error.message},
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
    log_.info("reloaded the settings");
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
      log_.warning("cannot write the state file: other commands cannot find this process",
                   {{"error", written.error().message}});
    }
  }

  void say_ready() {
    terminal_.out << "hermod ready on " << server_->url() << '\n';
    const std::string console = server_->console_url();
    if (!embedded() && !console.empty()) log_.info("console enabled", {{"url", console}});
    if (embedded()) {
      if (options_.kafka_bootstrap_servers.empty()) {
        terminal_.out << "embedded Kafka broker at " << server_->brokers()
                      << ", for any Kafka client\n";
      }
      const std::string program = program_name();
      terminal_.out << "try, in other terminals:\n"
                    << "  " << program << " listen ann\n"
                    << "  " << program
                    << " publish ann class_created --payload '{\"class\":\"7b\"}'\n"
                    << "  curl -s " << server_->url() << "/healthz/ready\n";
      if (!console.empty()) {
        terminal_.out << "or open the console in a browser: " << console << fragment() << '\n';
      }
    }
    terminal_.out.flush();
    note_unread_ready_line();
  }

  // A browser does not send the fragment of a URL, so it reaches no server, proxy or log.
  std::string fragment() const {
    const std::string& secret = server_->console_secret();
    return secret.empty() ? secret : '#' + secret;
  }

  // A closed standard output is not an error: no program waits for the line, and the service works.
  void note_unread_ready_line() {
    if (terminal_.out.good()) return;
    log_.warning("cannot write the ready line to standard output", {{"url", server_->url()}});
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
  ServiceManager* manager_ = nullptr;  // not null while the loop runs and ending_ is not set
  bool embedded_ = false;
  bool ending_ = false;
  int status_ = kOk;  // the exit status
};

}  // namespace

int run_serve(const Options& options, Terminal& terminal, const Reload& reload) {
  return Service(options, terminal, reload).run();
}

}  // namespace hermod::cli
