// How RedisBus handles a server that is not Redis or that sends unexpected replies: it reports
// this, retries and never crashes.

#include <random>

#include "integration/bus_redis_fixture.h"
#include "integration/odd_server.h"
#include "redis_schema/redis_scripts.h"

namespace hermod {
namespace {

using test::OddServer;

bool greets(std::string_view input) {
  return input.find("PING") != std::string_view::npos;
}

class BusHostileTest : public test::BusRedisTest {
 protected:
  void serve(std::function<std::string(std::string_view)> reply) {
    odd_ = std::make_unique<OddServer>(loop(), std::move(reply));
    make(RedisUrl::parse(odd_->url()).take(), 500);
  }

  void TearDown() override {
    close();
    odd_.reset();
    BusRedisTest::TearDown();
  }

  std::unique_ptr<OddServer> odd_;
};

TEST_F(BusHostileTest, AServerThatSaysNothingIsGivenUp) {
  serve([](std::string_view) { return std::string(); });
  reason_has("no answer to the greeting within 2000 ms");
}

TEST_F(BusHostileTest, AServerThatSpeaksSomethingElseIsNamed) {
  serve([](std::string_view) { return std::string("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  reason_has("not the Redis protocol");
}

TEST_F(BusHostileTest, AnAnswerThatNobodyAskedForEndsTheLink) {
  serve([](std::string_view input) {
    if (greets(input)) return std::string("+OK\r\n+PONG\r\n");
    std::string replies = "*0\r\n";                      // to HELLO
    replies += "*0\r\n$-1\r\n+OK\r\n$7\r\nclassic\r\n";  // to the questions of RedisSharedState
    for (int i = 0; i < RedisScripts::kCount; ++i)
      replies += "$40\r\n0123456789012345678901234567890123456789\r\n";
    replies += "+OK\r\n$1\r\nv\r\n";
    for (int i = 0; i < 100; ++i) replies += "+MORE\r\n";
    return replies;
  });
  EXPECT_TRUE(reason_has("unsolicited reply")) << bus_->status().reason;
  run_until([&] { return odd_->connections() > 4; });
}

TEST_F(BusHostileTest, AServerWithoutScriptsIsNamed) {
  serve([](std::string_view input) {
    if (greets(input)) return std::string("+OK\r\n+PONG\r\n");
    std::string errors;
    for (int i = 0; i < RedisScripts::kCount; ++i)
      errors += "-ERR unknown command 'SCRIPT', with args beginning with: 'x'\r\n";
    return errors;
  });
  reason_has("load a script: ERR unknown command 'SCRIPT'");
}

TEST_F(BusHostileTest, OddRepliesToEverythingNeverCrash) {
  std::mt19937 random(7);
  const std::string pieces[] = {"+OK\r\n",
                                ":1\r\n",
                                "$-1\r\n",
                                "*-1\r\n",
                                "*0\r\n",
                                "-ERR odd\r\n",
                                "$40\r\n0123456789012345678901234567890123456789\r\n",
                                "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n",
                                "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n",
                                "*2\r\n:1\r\n",
                                "-NOSCRIPT gone\r\n",
                                "-LOADING\r\n"};
  int answers = 0;
  serve([&](std::string_view input) {
    if (greets(input)) return std::string("+OK\r\n+PONG\r\n");
    std::string reply;
    ++answers;
    const auto any = [&] { return pieces[random() % std::size(pieces)]; };
    if (input.find("SCRIPT") != std::string_view::npos && answers % 4 != 0) {
      for (int i = 0; i < RedisScripts::kCount; ++i) reply += pieces[6];
      return reply + "+OK\r\n$1\r\nv\r\n" + any();
    }
    for (unsigned i = random() % 3 + 1; i > 0; --i) reply += any();
    return reply;
  });
  bus_->subscribe("ann");
  for (int i = 0; i < 10; ++i) {
    listener_.publish(*bus_, "ann", "text");
    bus_->acknowledge({"ann", {1, 1}});
    bus_->replay({.user = "ann"}, [](const Result<ReplayPage>&) {});
    const int target = answers + 2;
    run_until([&] { return answers >= target; });
  }
}

}  // namespace
}  // namespace hermod
