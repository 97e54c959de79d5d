#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <iostream>
#include <thread>

#include "cli/dev_state.h"
#include "cli/listen_target.h"
#include "support/cli_run.h"
#include "support/scratch_dir.h"

namespace hermod {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Accepts one connection on its own thread, stores the request head, answers and closes.
class OneShotServer {
 public:
  // kUpgrade: answers with 101 before it sends `bytes`.
  enum class Answer { kUpgrade, kRaw };

  OneShotServer(Answer answer, std::string bytes) : answer_(answer), bytes_(std::move(bytes)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~OneShotServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }

  std::string head() {  // of the request; waits until the client has disconnected
    ::shutdown(listener_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    thread_ = std::thread([] {});
    return head_;
  }

 private:
  static std::string accept_key(const std::string& head) {
    const std::string name = "Sec-WebSocket-Key: ";
    const size_t start = head.find(name) + name.size();
    const std::string text =
        head.substr(start, head.find('\r', start) - start) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
    std::array<unsigned char, 64> base64{};
    EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(length));
    return reinterpret_cast<const char*>(base64.data());
  }

  void serve() {
    const int fd = ::accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    std::array<char, 4096> buffer{};
    while (head_.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::read(fd, buffer.data(), buffer.size());
      if (got <= 0) break;
      head_.append(buffer.data(), static_cast<size_t>(got));
    }
    std::string out = bytes_;
    if (answer_ == Answer::kUpgrade) {
      out =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Accept: " +
          accept_key(head_) + "\r\n\r\n" + bytes_;
    }
    (void)::send(fd, out.data(), out.size(), MSG_NOSIGNAL);
    if (answer_ == Answer::kRaw) ::shutdown(fd, SHUT_WR);
    while (::read(fd, buffer.data(), buffer.size()) > 0) {
    }
    ::close(fd);
  }

  Answer answer_;
  std::string bytes_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::string head_;
  std::thread thread_;
};

std::string frame(char opcode, const std::string& body) {
  return std::string{static_cast<char>('\x80' | opcode), static_cast<char>(body.size())} + body;
}

class CliListenTest : public ::testing::Test {
 protected:
  using Answer = OneShotServer::Answer;

  CliListenTest() {
    run_.environment["XDG_RUNTIME_DIR"] = dir_.path().string();
    run_.environment["JWT_SECRET_KEY"] = "a secret of thirty-two bytes, at least";
  }

  test::ScratchDir dir_;
  test::CliRun run_;
};

TEST_F(CliListenTest, PrintsALineEachUntilTheyAreEnough) {
  OneShotServer server(Answer::kUpgrade,
                       frame(1, "{\"a\":1}") + frame(1, "{\n \"b\":2\r\n}") + frame(1, "{}"));
  EXPECT_EQ(run_({"listen", "ann", "--url", "http://" + server.authority(), "--count", "2"}), 0)
      << run_.err;
  EXPECT_EQ(run_.out, "{\"a\":1}\n{  \"b\":2  }\n");
  EXPECT_EQ(run_.err, "hermod: connected to ws://" + server.authority() + "/ws/v1/notifications\n");
  const std::string head = server.head();
  EXPECT_THAT(head, ::testing::StartsWith("GET /ws/v1/notifications HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("uthorization: Bearer ey"));
}

TEST_F(CliListenTest, NothingActsOnATerminal) {
  const std::string text = "{\"a\":\"\x1b[2J\x7f\xc2\x9b\u202e\"}";
  OneShotServer server(Answer::kUpgrade, frame(1, text));
  const std::string url = "ws://" + server.authority();
  run_.out_is_terminal = true;
  EXPECT_EQ(run_({"listen", "ann", "--url", url, "--count", "1"}), 0) << run_.err;
  EXPECT_EQ(run_.out, R"({"a":"\u001b[2J\u007f\u009b\u202e"})"
                      "\n");
  // The output to a pipe is not escaped.
  OneShotServer another(Answer::kUpgrade, frame(1, text));
  run_.out_is_terminal = false;
  EXPECT_EQ(run_({"listen", "ann", "--url", "ws://" + another.authority(), "--count", "1"}), 0);
  EXPECT_EQ(run_.out, text + "\n");
}

TEST_F(CliListenTest, SendsTheTokenItIsGiven) {
  run_.input = "a.b.c\r\n";
  OneShotServer server(Answer::kUpgrade, frame(1, "x"));
  const std::string url = "ws://" + server.authority() + "/ws";
  EXPECT_EQ(run_({"listen", "--token-file", "-", "--url", url, "--count", "1"}), 0) << run_.err;
  const std::string head = server.head();
  EXPECT_THAT(head, ::testing::StartsWith("GET /ws HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("uthorization: Bearer a.b.c\r\n"));
}

TEST_F(CliListenTest, SaysHowItWasClosed) {
  OneShotServer server(Answer::kUpgrade,
                       frame(1, "x") + frame(8, "\x03\xf0{\"error_code\":\"\x1b\"}"));
  EXPECT_EQ(run_({"listen", "ann", "--url", "ws://" + server.authority()}), 1);
  EXPECT_EQ(run_.out, "x\n");
  EXPECT_THAT(run_.err,
              HasSubstr("connection closed with 1008 {\\\"error_code\\\":\\\"\\u001b\\\"}"));
}

TEST_F(CliListenTest, SaysWhyItWasRefused) {
  {
    OneShotServer server(Answer::kRaw,
                         "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(run_({"listen", "ann", "--url", "ws://" + server.authority(), "--count", "1"}), 1);
    EXPECT_THAT(run_.err, HasSubstr("HTTP 503"));
  }
  // No process listens on a port that was just closed.
  std::string gone;
  {
    OneShotServer server(Answer::kRaw, "");
    gone = server.authority();
  }
  EXPECT_EQ(run_({"listen", "ann", "--url", "ws://" + gone}), 1);
  EXPECT_THAT(run_.err,
              AllOf(HasSubstr("cannot connect to ws://" + gone), Not(HasSubstr("u0000"))));
  EXPECT_EQ(run_.out, "");
}

TEST_F(CliListenTest, EndsWhenTheTimeIsUp) {
  OneShotServer server(Answer::kUpgrade, frame(1, "x"));
  EXPECT_EQ(run_({"listen", "ann", "--url", "ws://" + server.authority(), "--count", "2",
                  "--timeout", "1"}),
            1);
  EXPECT_EQ(run_.out, "x\n");
  EXPECT_THAT(run_.err, HasSubstr("timed out after 1 notifications"));
}

TEST_F(CliListenTest, FindsTheRunningService) {
  OneShotServer server(Answer::kUpgrade, frame(1, "x"));
  cli::DevState state = cli::own_dev_state();
  state.url = "http://" + server.authority();
  state.key = "a generated key of thirty-two bytes";
  const cli::DevStateFile file(dir_.path().string() + "/hermod");
  ASSERT_TRUE(file.write(state).ok());
  run_.environment.erase("JWT_SECRET_KEY");
  EXPECT_EQ(run_({"listen", "ann", "--count", "1"}), 0) << run_.err;
  // Port 0 means any port, so it does not determine where the service listens.
  OneShotServer another(Answer::kUpgrade, frame(1, "x"));
  state.url = "http://" + another.authority();
  ASSERT_TRUE(file.write(state).ok());
  run_.environment["WEBSOCKET_PORT"] = "0";
  EXPECT_EQ(run_({"listen", "ann", "--count", "1"}), 0) << run_.err;
  state.started += 1;
  ASSERT_TRUE(file.write(state).ok());
  EXPECT_EQ(run_({"listen", "ann", "--count", "1"}), 1);
  EXPECT_THAT(run_.err, HasSubstr("is stale"));
}

TEST_F(CliListenTest, ChoosesTheAddress) {
  cli::Terminal terminal{std::cin, std::cout, std::cerr,
                         [this](const std::string&) { return dir_.path().string(); }};
  const auto url = [&terminal](const std::string& given, const Options& options = {}) {
    return cli::listen_url(given, options, terminal).value();
  };
  EXPECT_EQ(url("https://h"), "wss://h/ws/v1/notifications");
  EXPECT_EQ(url("ws://h:1/"), "ws://h:1/ws/v1/notifications");
  EXPECT_EQ(url("ws://h/ws/"), "ws://h/ws/");
  EXPECT_EQ(url("ws://h/a?b"), "ws://h/a?b");
  EXPECT_EQ(url(""), "ws://localhost:8080/ws/v1/notifications");
  Options options;
  options.websocket_port = 9;
  EXPECT_EQ(url("", options), "ws://localhost:9/ws/v1/notifications");
  options.websocket_host = "::1";
  EXPECT_EQ(url("", options), "ws://[::1]:9/ws/v1/notifications");
  options.websocket_host = "h";
  EXPECT_EQ(url("", options), "ws://h:9/ws/v1/notifications");
}

TEST_F(CliListenTest, RefusesWhatIsNoListening) {
  const std::string empty = dir_.write("token", "\n");
  const std::vector<std::vector<std::string>> wrong = {
      {"listen"},
      {"listen", "ann", "--token-file", "-"},
      {"listen", "ann", "--count", "0"},
      {"listen", "ann", "--timeout", "0"},
      {"listen", "ann", "--url", "ftp://h"},
      {"listen", "--token-file", empty},
      {"listen", "--token-file", "/absent"},
  };
  for (const auto& arguments : wrong) {
    EXPECT_EQ(run_(arguments), 2) << ::testing::PrintToString(arguments);
    EXPECT_EQ(run_.out, "");
    EXPECT_EQ(std::count(run_.err.begin(), run_.err.end(), '\n'), 1) << run_.err;
  }
}

}  // namespace
}  // namespace hermod
