// The clients of two hundred users connect, stall, answer pings, disconnect and are closed at
// random while messages are published and the bus fails and recovers. No client receives a message
// of another user, each connection receives the messages of its user in order and once, and in the
// end each user has received all of them. Half of the clients select hermod.v1: they receive
// `welcome` first, and never hear that a message was seen before they receive it.
//
// HERMOD_SEEDS and HERMOD_STEPS make the test longer. A failure names its seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "bus/memory_bus.h"
#include "core/hub.h"
#include "core/session_frames.h"
#include "support/fake_clock.h"
#include "support/loop_test.h"
#include "support/recording_log.h"

namespace hermod {
namespace {

constexpr int kUsers = 200;

int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

std::string name_of(int user) {
  // Some names are prefixes of other names and of messages.
  return user % 2 == 0 ? "u" + std::to_string(user) : "u" + std::to_string(user - 1) + ":1";
}

struct Client final : Peer {
  Client(Hub& hub, int user_number) : user(user_number), session(hub.host(), *this) {}

  void wake() override {}
  void flush_now() override {}
  void close(CloseCode, ErrorCode, std::string_view) override { sent_away = true; }

  int user;
  bool welcomed = false;           // hermod.v1
  std::set<std::string> seen_ids;  // the stream ids of its frames `seen`
  bool reads = true;
  bool answers = true;
  bool sent_away = false;
  uint64_t routed_seen = 0;    // the number in the newest message, 0: none
  uint64_t external_seen = 0;  // the number in the newest external message, 0: none
  Session session;
};

class IsolationTest : public test::LoopTest, public PublishListener {
 protected:
  void on_published(Ticket ticket, PublishOutcome outcome, std::string_view) override {
    EXPECT_EQ(outcome, PublishOutcome::kRouted);
    under_way_.erase(ticket);
  }
  bool still_wanted(Ticket) override { return true; }
  void on_unanswered() override {}

  struct Written {
    std::string user, event_id, text;
  };

  struct World {
    World(uv_loop_t* loop, IsolationTest& test)
        : bus(loop, clock, log, {.notification_ttl_s = 1'000'000, .history_max = 1'000'000}),
          hub(bus, {clock, log, stats, observers}, options()) {
      EXPECT_TRUE(bus.start(hub, test));
    }

    static HubOptions options() {
      HubOptions made;
      made.sessions_per_user_max = 3;
      made.outbox.messages_max = 20;  // soon full, so that slow clients are closed
      made.service = "test";
      return made;
    }

    test::FakeClock clock;
    test::RecordingLog log;
    Stats stats;
    Observers observers;
    MemoryBus bus;
    Hub hub;
  };

  void run(unsigned seed, int steps);
  void step();
  void publish(int user);
  void publish_external(int user);
  void join(int user);
  void leave(size_t index);
  void close_for_shutdown(size_t index);
  void serve(Client& client);
  void take(Client& client, std::string_view frames);
  void take_text(Client& client, std::string_view text);
  void take_frame(Client& client, std::string_view text);
  void see(int user);
  void finish();

  int pick(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

  std::mt19937 random_;
  std::unique_ptr<World> world_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::map<Ticket, Written> under_way_;
  std::map<int, uint64_t> published_, said_;
  std::map<int, std::set<uint64_t>> had_;
  Ticket tickets_ = 0;
  bool away_ = false;
  size_t taken_ = 0;
  size_t refused_ = 0;
  size_t sent_away_ = 0;
  size_t seen_ = 0;
  std::map<int, std::string> newest_id_;  // of the users, that a client of hermod.v1 was sent
};

void IsolationTest::publish(int user) {
  const uint64_t number = ++published_[user];
  const std::string name = name_of(user);
  const Ticket ticket = ++tickets_;
  Written& written = under_way_[ticket];
  written = {name, name + "/" + std::to_string(number),
             quoted(name + " r " + std::to_string(number))};
  Publication publication;
  publication.ticket = ticket;
  publication.user = written.user;
  publication.event_id = written.event_id;
  publication.text = written.text;
  world_->bus.publish(publication);
}

void IsolationTest::publish_external(int user) {
  world_->bus.publish_external(name_of(user),
                               quoted(name_of(user) + " f " + std::to_string(++said_[user])));
}

void IsolationTest::join(int user) {
  auto client = std::make_unique<Client>(world_->hub, user);
  client->answers = pick(4) != 0;
  if (pick(2) == 0) client->session.use_frames();
  if (world_->hub.join(client->session, name_of(user))) {
    clients_.push_back(std::move(client));
  } else {
    ++refused_;
  }
}

void IsolationTest::leave(size_t index) {
  world_->hub.leave(clients_[index]->session);
  clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(index));
}

void IsolationTest::serve(Client& client) {
  std::string out;
  client.session.gather({world_->clock.wall_ms(), world_->clock.steady_ms()}, out, 64 * 1024);
  client.session.on_written();
  take(client, out);
}

void IsolationTest::take(Client& client, std::string_view frames) {
  while (frames.size() >= 2) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(frames[at]); };
    const bool is_long = byte(1) == 126;
    const size_t header = is_long ? 4 : 2;
    const size_t size = is_long ? static_cast<size_t>(byte(2) << 8 | byte(3)) : byte(1);
    const std::string_view payload = frames.substr(header, size);
    if (byte(0) == 0x81) {
      client.session.frames() != nullptr ? take_frame(client, payload) : take_text(client, payload);
    } else if (client.answers) {
      client.session.on_pong(payload);
    }
    frames.remove_prefix(header + size);
  }
  EXPECT_TRUE(frames.empty());
}

// Another process reports that the user has seen a message.
void IsolationTest::see(int user) {
  if (!newest_id_.contains(user)) return;
  const StreamId seen[] = {parse_stream_id(newest_id_[user]).value_or(StreamId{})};
  const StreamId next[] = {{seen[0].ms, seen[0].count + 1}};
  world_->hub.on_seen(name_of(user), pick(2) == 0 ? seen : next, 0);
}

void IsolationTest::take_frame(Client& client, std::string_view text) {
  const auto frame = nlohmann::json::parse(text);
  EXPECT_EQ(std::exchange(client.welcomed, true), frame["type"] != "welcome") << text;
  if (frame["type"] == "seen") {
    ++seen_;
    for (const auto& id : frame["ids"]) client.seen_ids.insert(id.get<std::string>());
  }
  if (frame["type"] != "notification") return;
  if (frame["id"].is_string()) {
    newest_id_[client.user] = frame["id"];
    EXPECT_FALSE(client.seen_ids.contains(frame["id"])) << text;
  }
  const size_t head = text.find(R"("notification":)", 20) + 15;
  take_text(client, text.substr(head, text.size() - 1 - head));
}

void IsolationTest::take_text(Client& client, std::string_view text) {
  ++taken_;
  const std::string name = name_of(client.user);
  if (text.starts_with('{')) {  // a notice
    EXPECT_NE(text.find("\"teacher_id\":\"" + name + '"'), std::string_view::npos) << text;
    return;
  }
  text = text.substr(1, text.size() - 2);
  ASSERT_EQ(text.substr(0, text.find(' ')), name);
  const uint64_t number = std::strtoull(text.data() + text.rfind(' '), nullptr, 10);
  const bool routed = text.substr(name.size(), 3) == " r ";
  uint64_t& seen = routed ? client.routed_seen : client.external_seen;
  EXPECT_GT(number, seen) << text;
  seen = number;
  if (routed) had_[client.user].insert(number);
}

void IsolationTest::step() {
  const int user = pick(kUsers);
  const size_t index = clients_.empty() ? 0 : random_() % clients_.size();
  const int what = pick(100);
  if (what < 15) {
    join(user);
  } else if (what < 25 && !clients_.empty()) {
    leave(index);
  } else if (what < 55) {
    for (int count = pick(8); count >= 0; --count) publish(user);
  } else if (what < 65) {
    publish_external(clients_.empty() ? user : clients_[index]->user);
  } else if (what < 70 && !clients_.empty()) {
    clients_[index]->reads = !clients_[index]->reads;
  } else if (what < 71) {
    away_ = !away_;
    away_ ? world_->bus.go_down("the test takes it") : world_->bus.come_up();
  } else if (what < 74) {
    see(clients_.empty() ? user : clients_[index]->user);
  } else if (what < 80) {
    world_->clock.advance(pick(400));
  } else {
    settle();
    for (const auto& client : clients_) {
      if (client->reads && !client->sent_away) serve(*client);
    }
  }
  for (size_t i = clients_.size(); i-- > 0;) {
    if (clients_[i]->sent_away) close_for_shutdown(i);
  }
}

void IsolationTest::close_for_shutdown(size_t index) {
  ++sent_away_;
  leave(index);
}

// The bus recovers, each user has one client that reads and answers, and closed clients reconnect.
void IsolationTest::finish() {
  if (std::exchange(away_, false)) world_->bus.come_up();
  while (!clients_.empty()) leave(clients_.size() - 1);
  for (int user = 0; user < kUsers; ++user) join(user);
  const auto all_had = [&] {
    world_->clock.advance(300);
    for (size_t i = clients_.size(); i-- > 0;) {
      clients_[i]->answers = true;
      serve(*clients_[i]);
      if (!clients_[i]->sent_away) continue;
      const int user = clients_[i]->user;
      close_for_shutdown(i);
      join(user);
    }
    return under_way_.empty() &&
           std::all_of(published_.begin(), published_.end(),
                       [&](const auto& entry) { return had_[entry.first].size() == entry.second; });
  };
  run_until(all_had);
  for (const auto& [user, count] : published_) EXPECT_EQ(had_[user].size(), count) << name_of(user);
  while (!clients_.empty()) leave(clients_.size() - 1);
  EXPECT_EQ(world_->hub.session_count(), 0u);
  EXPECT_EQ(world_->hub.user_count(), 0u);
}

void IsolationTest::run(unsigned seed, int steps) {
  random_.seed(seed);
  world_ = std::make_unique<World>(loop(), *this);
  for (int i = 0; i < steps && !HasFailure(); ++i) step();
  finish();
  bool closed = false;
  world_->bus.close([&] { closed = true; });
  run_until([&] { return closed; });
  world_.reset();
  published_.clear();
  said_.clear();
  had_.clear();
  newest_id_.clear();
}

TEST_F(IsolationTest, NobodyEverGetsAnothersText) {
  const int seeds = from_environment("HERMOD_SEEDS", 10);
  const int steps = from_environment("HERMOD_STEPS", 5'000);
  for (int seed = 1; seed <= seeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    run(static_cast<unsigned>(seed), steps);
  }
  // Without these, the test would not have tested anything.
  EXPECT_GT(taken_, static_cast<size_t>(seeds) * kUsers);
  EXPECT_GT(refused_, 0u);
  EXPECT_GT(sent_away_, 0u);
  EXPECT_GT(seen_, 0u);
  RecordProperty("texts", std::to_string(taken_));
}

}  // namespace
}  // namespace hermod
