// Fuzzes a WebSocket client after the upgrade, with the real server on its own loop. The input is a
// list of steps: raw bytes, frames, messages for the user, time. In every case the client receives
// complete frames of the permitted types, only pongs after a close frame, and the server frees the
// connection. The texts of hermod.v1 are JSON.
#include <simdjson.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "base/text.h"
#include "bus/memory_bus.h"
#include "core/hub.h"
#include "events/json_validator.h"
#include "fuzz/fuzz.h"
#include "support/fake_clock.h"
#include "uv/loop.h"
#include "ws/ws_server.h"

namespace hermod::fuzz {
namespace {

constexpr const char* kToken = "good";

class OneToken final : public Verifier {
 public:
  Verdict verify(std::string_view token, int64_t now_wall_ms) override {
    if (token != kToken) return Denied::kSignature;
    return Identity{"ada", now_wall_ms + 60'000};
  }
};

class NoPublications final : public PublishListener {
 public:
  void on_published(Ticket, PublishOutcome, std::string_view) override {}
  bool still_wanted(Ticket) override { return true; }
  void on_unanswered() override {}
};

struct House {
  House() {
    (void)bus.start(hub, publications);
    context = LwsContext::create(loop.get(), log).take();
    WsOptions options;
    options.close_timeout_ms = 500;
    options.connects.sets_max = 0;  // no limit: one user connects continuously
    server =
        std::make_unique<WsServer>(loop.get(), *context, hub, verifier, clock, log, stats, options);
  }

  void turn() {
    server->tick();
    loop.poll();
  }

  uv::OwnLoop loop;
  test::FakeClock clock;
  NoLog log;
  Stats stats;
  Observers observers;
  OneToken verifier;
  NoPublications publications;
  MemoryBus bus{loop.get(), clock, log, {}};
  Hub hub{bus, {clock, log, stats, observers}, {}};
  std::unique_ptr<LwsContext> context;
  std::unique_ptr<WsServer> server;
};

bool is_json(std::string_view text) {
  std::string padded(text);
  padded.append(simdjson::SIMDJSON_PADDING, '\0');
  return JsonValidator().validate(padded, text) == RecordFault::kNone;
}

class Client {
 public:
  Client(House& house, bool refused, Subprotocol subprotocol)
      : house_(house), subprotocol_(subprotocol) {
    int ends[2];
    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0,
          "socketpair succeeds");
    fd_ = ends[1];
    UpgradeRequest request;
    if (refused) {
      request.verdict = Refusal{CloseCode::kPolicy, ErrorCode::kAuthentication, "the token is bad"};
    } else {
      request.verdict = Identity{"ada", house.clock.wall_ms() + 60'000};
    }
    request.subprotocol = subprotocol;
    request.key = "dGhlIHNhbXBsZSBub25jZQ==";
    request.correlation_id = "5f0c6e2a-0000-4000-8000-00000000abcd";
    house.server->adopt(ends[0], std::move(request));
  }

  void send(std::string_view bytes) {
    (void)!::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  void send_frame(uint8_t first, std::string_view payload) {
    std::string frame{static_cast<char>(first)};
    if (payload.size() < 126) {
      frame += static_cast<char>(0x80 | payload.size());
    } else {
      frame += static_cast<char>(0xfe);
      frame += static_cast<char>(payload.size() >> 8);
      frame += static_cast<char>(payload.size() & 0xff);
    }
    frame.append(4, '\0');
    frame += payload;
    send(frame);
  }

  void read() {
    char buffer[65536];
    for (;;) {
      const ssize_t got = recv(fd_, buffer, sizeof buffer, 0);
      if (got <= 0) return;
      in_.append(buffer, static_cast<size_t>(got));
    }
  }

  void end() {
    read();
    ::close(fd_);
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::seconds(5);
    while (house_.server->socket_count() != 0) {
      house_.clock.advance(100);
      house_.turn();
      check(Clock::now() < until, "the server frees a closed connection");
    }
    check_frames();
  }

 private:
  void check_frames() const {
    size_t at = in_.find("\r\n\r\n");
    check(at != std::string::npos && in_.starts_with("HTTP/1.1 101 "), "the upgrade succeeds");
    bool closed = false;
    for (at += 4; at < in_.size();) {
      check(in_.size() - at >= 2, "frames are complete");
      const auto byte = [&](size_t i) { return static_cast<uint8_t>(in_[at + i]); };
      const uint8_t first = byte(0);
      // RFC 6455 section 5.5.2: an endpoint answers pings until it has received a close frame.
      check(!closed || first == 0x8a, "only pongs follow a close frame");
      check(first == 0x81 || first == 0x88 || first == 0x89 || first == 0x8a, "frames are final");
      size_t length = byte(1);
      size_t header = 2;
      check(length < 127, "frames are short and unmasked");
      if (length == 126) {
        check(in_.size() - at >= 4, "frames are complete");
        length = static_cast<size_t>(byte(2) << 8 | byte(3));
        header = 4;
      }
      check(in_.size() - at >= header + length, "frames are complete");
      const std::string_view payload = std::string_view(in_).substr(at + header, length);
      if (first == 0x81) {
        check(is_utf8(payload), "text frames are UTF-8");
        check(subprotocol_ != Subprotocol::kHermodV1 || is_json(payload), "frames are JSON");
      }
      if (first == 0x88) {
        closed = true;
        check(length != 1 && (length < 3 || is_utf8(payload.substr(2))), "close frames are valid");
      }
      at += header + length;
    }
  }

  House& house_;
  Subprotocol subprotocol_;
  int fd_;
  std::string in_;
};

void run(Input input) {
  static House& house = *new House;  // leaked: a fuzzer does not close its loop
  const uint8_t kind = input.byte();
  const bool v1 = kind % 16 >= 8;
  Client client(house, kind % 8 == 7, v1 ? Subprotocol::kHermodV1 : Subprotocol::kHermod);
  for (int step = 0; step < 64 && !input.empty(); ++step) {
    const uint8_t what = input.byte();
    switch (what % 6) {
      case 0:
        client.send(input.take(input.byte()));
        break;
      case 1:
      case 2: {
        const uint8_t first = input.byte();
        client.send_frame(first, input.take(input.byte()));
        break;
      }
      case 3:
        house.bus.publish_external("ada", input.take(input.byte()));
        break;
      case 4:
        house.clock.advance(what * 50);
        house.turn();
        break;
      default:
        client.read();
        house.turn();
        break;
    }
  }
  for (int turn = 0; turn < 4; ++turn) house.turn();
  client.end();
}

}  // namespace
}  // namespace hermod::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hermod::fuzz::run({data, size});
  return 0;
}
