#include "deliver/deliver.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace hermod::bench {
namespace {

constexpr int64_t kNeverMs = int64_t{1} << 52;

HubOptions hub_options(int64_t delivery_ping_ms) {
  HubOptions options;
  options.delivery_ping_ms = delivery_ping_ms;
  return options;
}

std::string key_of(std::string_view head) {
  constexpr std::string_view kName = "Sec-WebSocket-Key: ";
  const size_t at = head.find(kName);
  if (at == std::string_view::npos) die("the request has no Sec-WebSocket-Key");
  const std::string_view rest = head.substr(at + kName.size());
  return std::string(rest.substr(0, rest.find("\r\n")));
}

}  // namespace

Deliver::Deliver(const DeliverOptions& options)
    : options_(options),
      hub_(bus_, {clock_, log_, stats_, observers_}, hub_options(options.delivery_ping_ms)),
      listener_(listen_on_loopback(port_)),
      texts_(options.burst, NumberedText("floor", options.text_bytes)) {
  auto context = LwsContext::create(loop_.get(), log_);
  if (!context) die("libwebsockets");
  context_ = std::move(context.value());
  server_ = std::make_unique<WsServer>(loop_.get(), *context_, hub_, verifier_, clock_, log_,
                                       stats_, WsOptions());
  // accept() then returns a connection whose request is complete: flood sends it in one piece.
  const int seconds = 5;
  setsockopt(listener_.get(), IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds);
  listening_ =
      std::make_unique<uv::Poll>(loop_.get(), listener_.get(), [this](uv::Ready) { accept_all(); });
  listening_->watch(uv::Ready::kReadable);
}

DeliverResult Deliver::run() {
  while (users_.size() < options_.connections || bus_.answer(hub_)) loop_.run_once();
  DeliverResult result;
  const CpuTime before = cpu_time();
  const int64_t began_ns = steady_ns();
  for (uint64_t round = 0; result.messages < options_.messages; ++round) {
    send_round(round);
    result.messages += options_.burst * users_.size();
  }
  while (!all_sent()) loop_.run_once();
  result.sending = cpu_time() - before;
  result.sending_ns = steady_ns() - began_ns;
  return result;
}

void Deliver::accept_all() {
  while (users_.size() < options_.connections) {
    const int fd = accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && errno == EAGAIN) return;
    let_in(must(fd, "accept4"));
  }
}

void Deliver::let_in(int fd) {
  std::array<char, 4096> bytes;
  const int got =
      must(static_cast<int>(recv(fd, bytes.data(), bytes.size(), 0)), "recv of a request");
  users_.push_back("u" + std::to_string(users_.size()));
  UpgradeRequest request;
  request.verdict = Identity{users_.back(), kNeverMs};
  request.key = key_of({bytes.data(), static_cast<size_t>(got)});
  if (options_.frames) request.subprotocol = Subprotocol::kHermodV1;
  server_->adopt(fd, std::move(request));
}

// As in the reference server, the messages are built once per round.
void Deliver::send_round(uint64_t round) {
  const int64_t now_ns = wall_ns();
  for (size_t i = 0; i < options_.burst; ++i) texts_[i].stamp(round * options_.burst + i, now_ns);
  size_t in_turn = 0;
  for (const std::string& user : users_) {
    send_burst(user, round, now_ns);
    in_turn += options_.burst;
    if (in_turn < options_.turn_texts) continue;
    loop_.poll();
    in_turn = 0;
  }
  loop_.poll();
}

void Deliver::send_burst(const std::string& user, uint64_t round, int64_t now_ns) {
  for (size_t i = 0; i < options_.burst; ++i) {
    const uint64_t count = round * options_.burst + i + 1;
    hub_.on_text(user, StreamId{static_cast<uint64_t>(now_ns / 1'000'000), count}, texts_[i].text(),
                 {});
  }
}

bool Deliver::all_sent() {
  bool sent = true;
  hub_.for_each_session([&sent](Session& session) { sent = sent && !session.has_output(); });
  return sent;
}

void Deliver::end() {
  while (hub_.session_count() > 0) loop_.run_once();
  listening_.reset();
  server_->close([this] { context_->close([] {}); });
  loop_.run();
}

}  // namespace hermod::bench
