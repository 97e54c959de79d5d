#pragma once
// Sessions of a hub with a bus whose replies the test makes.

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/hub.h"
#include "core/session.h"
#include "support/fake_clock.h"
#include "support/recording_log.h"

namespace hermod::test {

// A bus whose replies the test makes.
class ScriptedBus final : public Bus {
 public:
  struct Asked {
    std::string user;
    std::optional<StreamId> after;
    ReplayRequest::Reach reach;
    std::optional<int64_t> connected_ms;
    ReplayDone done;
    size_t entries_max = 0;
    size_t bytes_max = 0;
  };

  Result<void> start(BusListener&, PublishListener&) override { return {}; }
  ShardId shard_of(std::string_view user) const override {
    const auto found = shards.find(user);
    return found != shards.end() ? found->second : 0;
  }
  void publish(const Publication&) override {}
  void subscribe(std::string_view user) override { subscribed.emplace_back(user); }
  void unsubscribe(std::string_view user) override { unsubscribed.emplace_back(user); }
  void replay(const ReplayRequest& request, ReplayDone done) override {
    asked.push_back({std::string(request.user), request.after, request.reach, request.connected_ms,
                     std::move(done), request.entries_max, request.bytes_max});
  }
  void acknowledge(const Acknowledgement& given) override {
    marks.push_back(std::string(given.user) + " " + to_string(given.stream_id) +
                    (given.ended ? " late" : ""));
  }
  void end_cursor(std::string_view user, const Cursor&, CursorEnd end) override {
    ended.push_back(std::string(user) + (end == CursorEnd::kClean ? " clean" : " held"));
  }
  void mark_seen(const SeenRequest& request) override {
    std::string call(request.user);
    for (const StreamId id : request.ids) call += ' ' + to_string(id);
    if (request.up_to) call += " up to " + to_string(request.up_to);
    seen.push_back(call + " of " + to_string(request.sent) + " by " +
                   std::to_string(request.connection));
  }
  LeaseAnswer lease(const LeaseRequest& request) override {
    leases.push_back(std::string(request.user) + ' ' + std::to_string(request.count) + ' ' +
                     std::to_string(request.held) + ' ' + std::to_string(request.limit));
    const bool asks = request.held < request.count;
    return asks && !grants ? LeaseAnswer::kLater : LeaseAnswer::kGranted;
  }
  void revoke(const RevokeRequest&, RevokeDone) override {}
  BusStatus status() const override { return {}; }
  void close(Closed) override {}

  void answer(ReplayPage page) {
    ASSERT_FALSE(asked.empty());
    const ReplayDone done = std::move(asked.front().done);
    asked.pop_front();
    done(std::move(page));
  }

  std::vector<std::string> subscribed, unsubscribed, marks, ended;
  std::vector<std::string> seen;  // "user ids up to id of sent by connection"
  std::deque<Asked> asked;
  bool grants = true;               // at once; otherwise the test calls on_lease()
  std::vector<std::string> leases;  // "user count held limit"
  std::map<std::string, ShardId, std::less<>> shards;  // of the users that are not of shard 0
};

struct TestPeer final : Peer {
  explicit TestPeer(Hub& hub) : session(hub.host(), *this) {}
  uint64_t connection() const override { return number; }
  std::string_view device() const override { return name; }
  Terms terms() const override { return {1'000, 30'000}; }
  void wake() override { woken = true; }
  void flush_now() override {
    if (slow) return;
    session.gather({0, 0}, relieved, SIZE_MAX);
  }
  void close(CloseCode code, ErrorCode, std::string_view) override {
    closed = static_cast<int>(code);
  }
  void on_admitted() override { ++admitted; }
  bool outlives(uint32_t revoked_s) override {
    revoked.push_back(revoked_s);
    return !ends;
  }
  Session session;
  uint64_t number = 0;  // of the connection
  std::string name;     // of the device
  int admitted = 0;
  std::vector<uint32_t> revoked;  // the calls of outlives()
  bool ends = false;              // its token is revoked
  std::string relieved;           // frames that were written before the end of the loop iteration
  bool slow = true;               // the kernel accepts no more bytes
  bool woken = false;
  int closed = 0;
};

class SessionFixture : public ::testing::Test {
 protected:
  void TearDown() override {
    for (auto& peer : peers) hub.leave(peer->session);
  }

  template <class Change>
  void change(Change change) {
    HubOptions changed = hub.options();
    change(changed);
    hub.set_options(changed);
  }

  // A connection of the sub-protocol hermod.v1.
  TestPeer& join_v1(const std::string& user) {
    peers.push_back(std::make_unique<TestPeer>(hub));
    peers.back()->number = peers.size();
    peers.back()->session.use_frames();
    EXPECT_TRUE(hub.join(peers.back()->session, user));
    return *peers.back();
  }

  TestPeer& join(const std::string& user) {
    peers.push_back(std::make_unique<TestPeer>(hub));
    EXPECT_TRUE(hub.join(peers.back()->session, user));
    return *peers.back();
  }

  // A live connection of a user with an empty stream.
  TestPeer& live(const std::string& user) {
    TestPeer& peer = join(user);
    hub.on_subscribed(user);
    bus.answer({});
    return peer;
  }

  // The payloads of the frames that are ready, separated by spaces; a ping is shown as "ping:N".
  std::string take(TestPeer& peer, size_t bytes_max = 65536) {
    std::string out, shown;
    peer.session.gather({clock.wall_ms(), clock.steady_ms()}, out, bytes_max);
    peer.session.on_written();
    for (size_t at = 0; at < out.size();) {
      const bool ping = static_cast<unsigned char>(out[at]) == 0x89;
      size_t length = static_cast<unsigned char>(out[at + 1]);
      at += 2;
      if (length == 126) {
        length = static_cast<size_t>(static_cast<unsigned char>(out[at])) << 8 |
                 static_cast<unsigned char>(out[at + 1]);
        at += 2;
      }
      if (!shown.empty()) shown += ' ';
      shown += (ping ? "ping:" : "") + out.substr(at, length);
      at += length;
    }
    return shown;
  }

  void text(const std::string& user, uint64_t count, const std::string& body) {
    hub.on_text(user, count == 0 ? StreamId{} : StreamId{1000 + count, count}, body, {});
  }

  static ReplayPage::Entry entry(uint64_t count) {
    return {StreamId{1000 + count, count}, "n" + std::to_string(count)};
  }

  static HubOptions options() {
    HubOptions made;
    made.sessions_per_user_max = 2;
    made.service = "test";
    return made;
  }

  FakeClock clock;
  RecordingLog log;
  Stats stats;
  Observers observers;
  ScriptedBus bus;
  Hub hub{bus, {clock, log, stats, observers}, options()};
  std::vector<std::unique_ptr<TestPeer>> peers;
};

}  // namespace hermod::test
