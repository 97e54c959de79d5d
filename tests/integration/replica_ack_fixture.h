#pragma once
// A publisher whose answers wait for the replicas of a master: the parts of a shard that belong to
// it, with a real master and a real replica.

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "redis/redis_run_id.h"
#include "redis/redis_url.h"
#include "redis_publish/redis_publisher.h"
#include "redis_replicas/replica_ack.h"
#include "support/loop_test.h"
#include "support/recording_log.h"
#include "support/redis_server.h"
#include "support/wait_for.h"
#include "uv/timer.h"

namespace hermod::test {

class ReplicaAckTest : public LoopTest,
                       public RedisCommandsListener,
                       public ReplicaAckListener,
                       public PublishListener {
 protected:
  static RedisServerOptions replica_of(const RedisServer& master) {
    RedisServerOptions options;
    options.arguments = {"--replicaof", "127.0.0.1", std::to_string(master.port())};
    return options;
  }
  static RedisEndpoint endpoint_of(const RedisServer& server) {
    return RedisUrl::parse(server.url()).take().endpoint();
  }
  static RedisServerOptions master() {
    RedisServerOptions options;
    options.arguments = {"--repl-diskless-sync-delay", "0"};
    return options;
  }

  // Returns when the replica confirms what it gets. The master counts a replica as one that
  // confirms everything written before its synchronization, hence the order: first the link, then
  // the write. Redis loses the confirmation that ends a synchronization if it comes too early, and
  // then waits for the next one, 1 s later.
  static void synchronize(RedisServer& master, RedisServer& replica) {
    wait_for("the replica is synchronized",
             [&] { return replica.info("master_link_status") == "up"; });
    master.command({"SET", "test", "1"});
    ASSERT_EQ(master.command({"WAIT", "1", "4500"}), "1");
  }

  void open(uint64_t replica_wait_ms = 10'000) {
    ASSERT_NO_FATAL_FAILURE(synchronize(master_, replica_));
    ack_options_.replica_wait_ms = replica_wait_ms;
    open(master_);
  }

  void open(const RedisServer& server) {
    RedisLinkOptions link;
    link.endpoint = endpoint_of(server);
    commands_ = std::make_unique<RedisCommands>(loop(), clock_, link, "hermod-command", *this);
    run_id_ = std::make_unique<RedisRunId>(
        *commands_, [this](const std::string& run_id) { ack_->set_master(run_id); });
    scripts_ = std::make_unique<RedisScripts>(
        *commands_, log_, [this](const Result<void>&) { publisher_->resume(); });
    shared_ =
        std::make_unique<RedisSharedState>(*commands_, channels_.names, channels_.mode, [] {});
    redis_ = std::make_unique<RedisContext>(
        RedisContext{loop(), *commands_, *scripts_, channels_.names, *shared_, log_, redirects_});
    publisher_ = std::make_unique<RedisPublisher>(*redis_, channels_, RedisPublisherOptions{},
                                                  unpublished_, [] {});
    publisher_->queue().answers().hold([this] { return ack_->await(); });
    publisher_->start(*this);
    ack_ = std::make_unique<ReplicaAck>(loop(), clock_, log_, link, ack_options_,
                                        "hermod:replicated", *this);
    commands_->start();
    ack_->start();
  }

  void TearDown() override {
    if (publisher_) close();
    LoopTest::TearDown();
  }

  void close() {
    if (!stopped_) publisher_->stop();
    ack_->stop();
    commands_->stop();
    publisher_->forget();
    ack_.reset();
    publisher_.reset();
    scripts_.reset();
    commands_.reset();
  }

  void publish(const std::string& user) {
    texts_.push_back({user, "event-" + std::to_string(texts_.size() + 1)});
    const auto& [name, event] = texts_.back();
    publisher_->publish({texts_.size(), name, event, event});
  }

  bool all_answered() {
    return run_until([this] { return answers_.size() == texts_.size(); });
  }
  bool until_held(size_t answers) {
    return run_until([this, answers] { return held() == answers; });
  }
  size_t held() const { return publisher_->queue().answers().held(); }

  static std::string stream_of(RedisServer& server, const std::string& user) {
    return server.command({"XLEN", "hermod:{" + user + "}:stream"});
  }

  // The replica gets nothing more, not even what the kernel has received for it.
  void cut_replica() {
    replica_.freeze();
    master_.command({"CLIENT", "KILL", "TYPE", "replica"});
  }

  void move_to(const RedisServer& server) {
    commands_->move_to(endpoint_of(server), "the master changed");
    ack_->move_to(endpoint_of(server), "the master changed");
  }

  void wait_ms(uint64_t ms) {
    bool over = false;
    uv::Timer timer(loop(), [&over] { over = true; });
    timer.start(ms);
    run_until([&over] { return over; });
  }

  void on_commands_up() override {
    run_id_->ask();
    scripts_->load();
  }
  void on_commands_down(std::string_view /*reason*/) override {
    publisher_->pause();
    publisher_->queue().put_back_held();
    ack_->on_master_lost();
  }

  size_t on_replicated(uint64_t number) override {
    return publisher_->queue().answers().give_held(number);
  }
  void on_replica_error(std::string_view error) override { errors_.emplace_back(error); }
  void on_replica_state() override { ++state_changes_; }

  void on_published(Ticket ticket, PublishOutcome outcome, std::string_view /*error*/) override {
    answers_.push_back({ticket, outcome});
    if (on_answer_) on_answer_(std::get<0>(texts_[ticket - 1]));
  }
  bool still_wanted(Ticket /*ticket*/) override { return true; }
  void on_unanswered() override {}

  struct Answer {
    Ticket ticket;
    PublishOutcome outcome;
  };

  SystemClock clock_;
  RecordingLog log_;
  struct NoRedirects final : RedirectListener {
    void on_redirected(std::string_view) override {}
  } redirects_;
  RedisChannels channels_ = make_channels(
      {.publish = "teacher:{user}:notifications", .listen = {"teacher:{user}:notifications"}});
  std::unique_ptr<RedisSharedState> shared_;
  UnpublishedMessages unpublished_;
  ReplicaAckOptions ack_options_;
  RedisServer master_{master()};
  RedisServer replica_{replica_of(master_)};
  std::unique_ptr<RedisCommands> commands_;
  std::unique_ptr<RedisRunId> run_id_;
  std::unique_ptr<RedisScripts> scripts_;
  std::unique_ptr<RedisContext> redis_;
  std::unique_ptr<RedisPublisher> publisher_;
  std::unique_ptr<ReplicaAck> ack_;
  std::deque<std::pair<std::string, std::string>> texts_;  // user and event id of each ticket
  std::vector<Answer> answers_;
  std::vector<std::string> errors_;
  std::function<void(const std::string& user)> on_answer_;
  int state_changes_ = 0;
  bool stopped_ = false;  // the test stopped the publisher
};

}  // namespace hermod::test
