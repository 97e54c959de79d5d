#include <CLI/CLI.hpp>
#include <algorithm>
#include <cassert>
#include <csignal>
#include <memory>
#include <ostream>

#include "cli/listen_target.h"
#include "cli/signing.h"
#include "cli/terminal_log.h"
#include "cli/verb.h"
#include "uv/loop.h"
#include "uv/signal.h"
#include "uv/timer.h"
#include "ws_client/ws_client.h"

namespace hermod::cli {
namespace {

constexpr std::string_view kListenHelp =
    R"(hermod listen USER [--url URL] [--count N] [--timeout SECONDS]
hermod listen --token-file FILE [--url URL] [--count N] [--timeout SECONDS]

Connects as USER, with a token like that of hermod token, and prints each
notification on one line. On a terminal, control characters are escaped.
Connection events are reported on standard error.
Exit status: 0 after N notifications; 1 if the time is up, or if the connection
is refused or closed.

  --url URL              ws://host:port or wss://host:port, optionally a path;
                         by default the service on this machine
  --count N              exits after N notifications
  --timeout SECONDS      exits after this time
  --token-file FILE      reads the token from a file, - from standard input
  --config FILE, --help-settings

Example:
  hermod listen ann --count 1 --timeout 10
)";

struct ListenArguments {
  std::string user;
  std::string url;
  std::string token_file;
  uint64_t count = 0;  // 0: without limit
  uint32_t timeout_s = 0;
};

class Listener final : private WsClientEvents {
 public:
  Listener(const ListenArguments& arguments, Terminal& terminal)
      : arguments_(arguments),
        terminal_(terminal),
        log_(terminal),
        client_(std::in_place, loop_.get(), log_, static_cast<WsClientEvents&>(*this)),
        timeout_timer_(std::in_place, loop_.get(), [this] { on_timeout(); }),
        interrupt_(std::in_place, loop_.get(), SIGINT, [this] { on_interrupt(); }),
        terminate_(std::in_place, loop_.get(), SIGTERM, [this] { on_interrupt(); }) {}

  virtual ~Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  int run(const std::string& url, const std::string& token) {
    assert(!ending_);
    url_ = url;
    if (const auto connecting = client_->connect(url, token); !connecting) {
      status_ = fail(terminal_, connecting.error());
      end(status_);
    } else if (arguments_.timeout_s > 0) {
      timeout_timer_->start(uint64_t{arguments_.timeout_s} * 1000);
    }
    loop_.run();
    client_.reset();
    timeout_timer_.reset();
    interrupt_.reset();
    terminate_.reset();
    loop_.run();  // until their handles are closed
    return status_;
  }

 private:
  void on_open() override { say("connected to " + url_); }

  void on_text(std::string_view text) override {
    if (ending_) return;
    std::string line(text);
    // A line break in JSON is white space, so a space in its place does not change the meaning.
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    terminal_.out << (terminal_.out_is_terminal ? harmless(line) : line) << std::endl;
    ++received_;
    if (!terminal_.out.good()) return end(kFailed);
    if (received_ == arguments_.count) end(kOk);
  }

  void on_close(uint16_t code, std::string_view reason) override {
    if (ending_) return;
    say("connection closed with " + std::to_string(code) + ' ' + escaped(reason));
    end(kFailed);
  }

  void on_failed(int status, std::string_view message) override {
    if (ending_) return;
    say("cannot connect to " + url_ + ": " +
        (status == 0 ? "" : "HTTP " + std::to_string(status) + ' ') + escaped(message));
    end(kFailed);
  }

  void on_timeout() {
    say("timed out after " + std::to_string(received_) + " notifications");
    end(kFailed);
  }

  void on_interrupt() { end(arguments_.count == 0 ? kOk : kFailed); }

  void say(const std::string& text) { terminal_.err << "hermod: " << text << std::endl; }

  void end(int status) {
    if (ending_) return;
    ending_ = true;
    status_ = status;
    timeout_timer_->stop();
    client_->close([this] { loop_.stop(); });
  }

  const ListenArguments& arguments_;
  Terminal& terminal_;
  TerminalLog log_;
  uv::OwnLoop loop_;
  std::optional<WsClient> client_;
  std::optional<uv::Timer> timeout_timer_;
  std::optional<uv::Signal> interrupt_;
  std::optional<uv::Signal> terminate_;
  std::string url_;
  uint64_t received_ = 0;
  int status_ = kFailed;
  bool ending_ = false;
};

Result<void> check_arguments(const ListenArguments& arguments) {
  if (arguments.user.empty() != arguments.token_file.empty()) return {};
  return Error{ErrorCode::kValidation,
               "listen needs either USER or --token-file; see hermod listen --help"};
}

int run(const ListenArguments& arguments, const Options& options, Terminal& terminal) {
  if (const auto checked = check_arguments(arguments); !checked)
    return fail(terminal, checked.error());
  const Result<std::string> url = listen_url(arguments.url, options, terminal);
  if (!url) return fail(terminal, url.error());
  const Result<std::string> token =
      arguments.user.empty() ? read_token(arguments.token_file, terminal)
                             : sign_token(options, terminal, {arguments.user, 86'400, {}});
  if (!token) return fail(terminal, token.error());
  return Listener(arguments, terminal).run(url.value(), token.value());
}

}  // namespace

Verb add_listen(CLI::App& app) {
  auto arguments = std::make_shared<ListenArguments>();
  CLI::App* command = app.add_subcommand("listen");
  command->add_option("USER", arguments->user);
  command->add_option("--url", arguments->url);
  command->add_option("--token-file", arguments->token_file);
  command->add_option("--count", arguments->count)
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 53));
  command->add_option("--timeout", arguments->timeout_s)->check(CLI::Range(1U, 31'536'000U));
  return {command, kListenHelp,
          [arguments](const Options& options, Terminal& terminal, const Reload&) {
            return run(*arguments, options, terminal);
          }};
}

}  // namespace hermod::cli
