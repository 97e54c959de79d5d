#pragma once
// A WsServer with a real hub on the test's loop. The bus and the verifier are stubs.

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/hub.h"
#include "support/fake_clock.h"
#include "support/loop_test.h"
#include "support/recording_log.h"
#include "support/ws_client.h"
#include "ws/ws_server.h"

namespace hermod::test {

// A bus without stored messages: it answers a replay with an empty page when the test says so.
class StillBus final : public Bus {
 public:
  Result<void> start(BusListener&, PublishListener&) override { return {}; }
  ShardId shard_of(std::string_view) const override { return 0; }
  void publish(const Publication&) override {}
  void subscribe(std::string_view user) override { subscribed.emplace_back(user); }
  void unsubscribe(std::string_view user) override { unsubscribed.emplace_back(user); }
  void replay(const ReplayRequest&, ReplayDone done) override { asked.push_back(std::move(done)); }
  void acknowledge(const Acknowledgement& given) override {
    marks.push_back(std::string(given.user) + " " + to_string(given.stream_id) +
                    (given.ended ? " late" : ""));
  }
  void end_cursor(std::string_view user, const Cursor&, CursorEnd end) override {
    ended.push_back(std::string(user) + (end == CursorEnd::kClean ? " clean" : " held"));
  }
  LeaseAnswer lease(const LeaseRequest& request) override {
    leases.push_back(std::string(request.user) + ' ' + std::to_string(request.count) + ' ' +
                     std::to_string(request.held));
    const bool asks = request.held < request.count;
    return asks && !grants ? LeaseAnswer::kLater : LeaseAnswer::kGranted;
  }
  void revoke(const RevokeRequest&, RevokeDone) override {}
  BusStatus status() const override { return {}; }
  void close(Closed) override {}

  void answer_all() {
    for (; !asked.empty(); asked.pop_front()) asked.front()(ReplayPage{});
  }

  std::vector<std::string> subscribed, unsubscribed, marks, ended;
  std::vector<std::string> leases;  // "user count held"
  bool grants = true;               // at once; otherwise the test calls Hub::on_lease()
  std::deque<ReplayDone> asked;
};

// Accepts the tokens "user" and "user@expiry"; rejects "bad".
class WordVerifier final : public Verifier {
 public:
  Verdict verify(std::string_view token, int64_t now_wall_ms) override {
    if (token.empty()) return Denied::kMissing;
    if (token == "bad") return Denied::kSignature;
    const size_t at = token.find('@');
    const int64_t expiry = at == std::string_view::npos
                               ? now_wall_ms + 3'600'000
                               : std::stoll(std::string(token.substr(at + 1)));
    return Identity{std::string(token.substr(0, at)), expiry};
  }
};

class WsTest : public LoopTest {
 protected:
  using Client = WsClientSocket;
  static constexpr int64_t kHourMs = 3'600'000;

  void SetUp() override { start({}); }
  void TearDown() override;

  // Replaces the server with one that has these options.
  void start(WsOptions options);
  void stop();

  // A client whose upgrade got this verdict, after the 101 response.
  std::unique_ptr<Client> connect(UpgradeRequest request, SocketKind kind = SocketKind::kUnix);
  std::unique_ptr<Client> connect(const std::string& user, SocketKind kind = SocketKind::kUnix);
  // The same, after the user's subscription and replay.
  std::unique_ptr<Client> live(const std::string& user, SocketKind kind = SocketKind::kUnix);

  UpgradeRequest admitted(const std::string& user, int64_t lives_ms = kHourMs) const;

  void text(const std::string& user, const std::string& body);
  // Advances the clock and handles the deadlines that are due.
  void pass(int64_t ms);
  void until_closed(const Client& client) {
    run_until([&] { return client.ended && client.close_code() != 0; });
  }

  FakeClock clock;
  RecordingLog log;
  Stats stats;
  Observers observers;
  StillBus bus;
  WordVerifier verifier;
  HubOptions hub_options;
  std::unique_ptr<Hub> hub;
  std::unique_ptr<LwsContext> context;
  std::unique_ptr<WsServer> server;
  uint64_t count_ = 0;
};

}  // namespace hermod::test
