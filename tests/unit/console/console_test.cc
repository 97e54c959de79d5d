#include "console/console.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/http_server_test.h"

namespace hermod {
namespace {

using Json = nlohmann::json;

class ConsoleTest : public test::HttpServerTest {
 protected:
  void SetUp() override {
    HttpServerTest::SetUp();
    ConsoleOptions options;
    options.rights = ConsoleOptions::Rights::kFull;
    secrets.secret = "the-secret";
    open({}, options);
  }

  std::string post_request(const std::string& path, const std::string& body) const {
    return "POST " + path + " HTTP/1.1\r\nHost: localhost:" + std::to_string(port()) +
           "\r\nContent-Type: application/json\r\nX-Hermod-Console: 1\r\n"
           "Authorization: Bearer the-secret\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  test::HttpAnswer post(const std::string& path, const std::string& body) {
    return ask(post_request(path, body));
  }
  static std::string notification(const std::string& user) {
    return Json{{"user", user},
                {"type", "t"},
                {"category", "c"},
                {"priority", "low"},
                {"payload", {{"a", "b"}}}}
        .dump();
  }
};

TEST_F(ConsoleTest, TheStateNamesWhatIsAskedFor) {
  const test::HttpAnswer answer =
      ask("GET /console/state?user=a%20b HTTP/1.1\r\nHost: localhost:" + std::to_string(port()) +
          "\r\nAuthorization: Bearer the-secret\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Json::parse(answer.body)["listed"][0]["user"], "part:a b");
  EXPECT_EQ(Json::parse(answer.body)["locked"], false);
}

TEST_F(ConsoleTest, TheStateListsTheShardsIfThereAreSeveral) {
  const auto redis = [this] {
    return Json::parse(get("/console/state", "Authorization: Bearer the-secret\r\n").body)["redis"];
  };
  console.bus.shards = {{.address = "r:1", .up = true}};
  EXPECT_EQ(redis()["shards"], Json::array());
  console.bus.shards.push_back({.address = "r:2",
                                .up = false,
                                .reason = "refused",
                                .users = 3,
                                .replicas = {{"r:3", "online"}}});
  EXPECT_EQ(redis()["shards"][1], Json({{"address", "r:2"},
                                        {"up", false},
                                        {"reason", "refused"},
                                        {"users", 3},
                                        {"waiting", 0},
                                        {"in_flight", 0},
                                        {"replicas", 1},
                                        {"replication", ""}}));
  EXPECT_EQ(redis()["mode"], "single");
}

TEST_F(ConsoleTest, WithoutTheSecretTheStateNamesNoPerson) {
  const test::HttpAnswer answer =
      ask("GET /console/state HTTP/1.1\r\nHost: localhost:" + std::to_string(port()) + "\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  const Json state = Json::parse(answer.body);
  EXPECT_EQ(state["locked"], true);
  for (const char* list : {"listed", "slow", "dead_letters", "sent"}) {
    EXPECT_EQ(state[list], Json::array()) << list;
  }
}

TEST_F(ConsoleTest, TheFeedShowsWhatIsWrittenToTheUser) {
  const test::HttpAnswer answer =
      get("/console/feed?user=a%20b", "Authorization: Bearer the-secret\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(console.watched, std::vector<std::string>{"a b"});
  EXPECT_EQ(Json::parse(answer.body), Json::parse(R"({"since":"then","payloads":true,"dropped":1,
      "events":[{"time":"now","id":"5-1","type":"batch_ready","bytes":12,"connections":2,"payload":"{}"},
                {"time":"now","id":null,"type":"","bytes":3,"connections":1,"payload":"x"}]})"));
}

TEST_F(ConsoleTest, TheFeedNeedsTheSecretAndAUser) {
  EXPECT_EQ(get("/console/feed?user=ann").status, 401);
  for (const char* query : {"", "?user=", "?user=%zz", "?user=%ff"}) {
    const auto answer =
        get(std::string("/console/feed") + query, "Authorization: Bearer the-secret\r\n");
    EXPECT_EQ(answer.status, 400) << query;
  }
  EXPECT_TRUE(console.watched.empty());
}

TEST_F(ConsoleTest, ANotificationIsHandedOver) {
  const test::HttpAnswer answer = post("/console/notifications", notification("ann"));
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.body, R"({"correlation_id":"an-id"})");
  ASSERT_EQ(console.sent.size(), 1U);
  EXPECT_EQ(console.sent[0].user, "ann");
  EXPECT_EQ(console.sent[0].payload, R"({"a":"b"})");
}

TEST_F(ConsoleTest, WhatCannotBeDoneJustNowSaysSo) {
  const test::HttpAnswer sent = post("/console/notifications", notification("nobody"));
  EXPECT_EQ(sent.status, 503);
  EXPECT_EQ(Json::parse(sent.body)["error"]["code"], "KAFKA_PUBLISH_ERROR");
  const test::HttpAnswer minted = post("/console/tokens", R"({"user":"nobody"})");
  EXPECT_EQ(minted.status, 503);
  EXPECT_EQ(Json::parse(minted.body)["error"]["code"], "CONFIGURATION_ERROR");
}

TEST_F(ConsoleTest, ABodyInPiecesHoldsUpTheNextRequestOnly) {
  test::HttpClient client(loop(), port());
  const std::string request = post_request("/console/tokens", R"({"user":"ann"})");
  client.send(request.substr(0, request.size() - 5));
  test::HttpClient other(loop(), port());
  other.send(test::get_request("/healthz/live"));
  EXPECT_EQ(answer_of(other).status, 200);
  client.send(request.substr(request.size() - 5) + test::get_request("/healthz/live"));
  EXPECT_EQ(Json::parse(answer_of(client).body)["token"], "good.ann");
  EXPECT_EQ(answer_of(client).status, 200);
}

TEST_F(ConsoleTest, ABodyThatNeverComesEndsWithItsTime) {
  test::HttpClient client(loop(), port());
  const std::string request = post_request("/console/tokens", R"({"user":"ann"})");
  client.send(request.substr(0, request.size() - 1));
  run_until([&] { return door->socket_count() == 1; });
  clock.advance(10'000);
  run_until([&] { return client.ended; });
  EXPECT_EQ(stats.limits_struck["head_seconds"], 1U);
}

}  // namespace
}  // namespace hermod
