// A link that is moved to another endpoint, in each of its states.
#include "redis/redis_link.h"

#include <gtest/gtest.h>

#include "redis/reply.h"
#include "support/loop_test.h"
#include "support/redis_server.h"

namespace hermod::test {
namespace {

class RedisLinkTest : public LoopTest, protected RedisLinkListener {
 protected:
  static RedisEndpoint at(const RedisServer& server) { return {"127.0.0.1", server.port()}; }

  RedisLink make_link(const RedisEndpoint& endpoint) {
    RedisLinkOptions options;
    options.endpoint = endpoint;
    options.backoff_first_ms = 60'000;  // only move_to() ends a wait
    options.backoff_max_ms = 60'000;
    return RedisLink(loop(), options, "hermod-test", *this);
  }

  // The port of the server that the link leads to.
  std::string port_of(RedisLink& link) {
    replies_.clear();
    link.command(3).add("CONFIG").add("GET").add("port");
    run_until([this] { return !replies_.empty(); });
    return replies_;
  }

  void on_link_up() override { ++ups_; }
  void on_link_reply(const redisReply& reply) override {
    replies_ = reply_text_at(reply, 1).value_or("");
  }
  void on_link_down(std::string_view reason) override { downs_.emplace_back(reason); }

  int ups_ = 0;
  std::vector<std::string> downs_;
  std::string replies_;
};

TEST_F(RedisLinkTest, MovesWhileItIsUp) {
  RedisServer first, second;
  RedisLink link = make_link(at(first));
  link.start();
  run_until([&] { return link.up(); });
  link.move_to(at(second), "the master has moved");
  EXPECT_EQ(downs_, std::vector<std::string>{"the master has moved"});
  EXPECT_FALSE(link.up());
  run_until([&] { return link.up(); });
  EXPECT_EQ(port_of(link), std::to_string(second.port()));
  EXPECT_EQ(link.endpoint(), at(second));
  link.stop();
}

TEST_F(RedisLinkTest, MovesWhileItWaits) {
  RedisServer first, second;
  RedisLink link = make_link(at(first));
  first.kill();
  link.start();
  run_until([&] { return !downs_.empty(); });
  link.move_to(at(second), "the master has moved");
  run_until([&] { return link.up(); });
  EXPECT_EQ(downs_.size(), 1u);  // it was down already
  EXPECT_EQ(port_of(link), std::to_string(second.port()));
  link.stop();
}

TEST_F(RedisLinkTest, MovesWhileItDials) {
  RedisServer first, second;
  RedisLink link = make_link(at(first));
  link.start();
  link.move_to(at(second), "the master has moved");
  EXPECT_EQ(downs_, std::vector<std::string>{"the master has moved"});
  run_until([&] { return link.up(); });
  EXPECT_EQ(ups_, 1);
  EXPECT_EQ(port_of(link), std::to_string(second.port()));
  link.stop();
}

TEST_F(RedisLinkTest, MovesWhileTheServerDoesNotAnswer) {
  RedisServer first, second;
  first.freeze();  // the kernel accepts the connection; the greeting is not answered
  RedisLink link = make_link(at(first));
  link.start();
  settle();
  link.move_to(at(second), "the master has moved");
  run_until([&] { return link.up(); });
  EXPECT_EQ(port_of(link), std::to_string(second.port()));
  link.stop();
  first.thaw();
}

TEST_F(RedisLinkTest, MovesBeforeItIsStarted) {
  RedisServer server;
  RedisLink link = make_link({"127.0.0.1", 1});
  link.move_to(at(server), "unused");
  EXPECT_TRUE(downs_.empty());
  link.start();
  run_until([&] { return link.up(); });
  EXPECT_TRUE(downs_.empty());
  link.stop();
}

}  // namespace
}  // namespace hermod::test
