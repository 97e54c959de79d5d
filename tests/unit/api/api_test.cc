#include "api/api.h"

#include <gmock/gmock.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "support/fake_fleet.h"
#include "support/http_server_test.h"

namespace hermod {
namespace {

using ::testing::ElementsAre;
using Json = nlohmann::json;

constexpr const char* kToken = "an-admin-token-of-some-length";

class ApiTest : public test::HttpServerTest {
 protected:
  void open_api(bool with_fleet = true) {
    secrets.token = kToken;
    HttpServerOptions options;
    options.listen.host = "127.0.0.1";
    access = std::make_unique<AdminAccess>(AdminAccessDependencies{clock, log, stats}, secrets);
    api = std::make_unique<Api>(
        ApiDependencies{with_fleet ? fleet.get() : nullptr, health, clock, *access});
    const HttpServerDependencies dependencies{verifier, clock,    log,        stats,
                                              health,   upgrades, {api.get()}};
    door = std::make_unique<HttpServer>(loop(), dependencies, std::move(options));
    ASSERT_TRUE(door->listen().ok());
  }
  void TearDown() override {
    fleet.reset();
    HttpServerTest::TearDown();
  }

  static std::string bearer(const std::string& token = kToken) {
    return "Authorization: Bearer " + token + "\r\n";
  }
  test::HttpAnswer read(const std::string& path) { return get(path, bearer()); }
  test::HttpAnswer post(const std::string& path, const std::string& body) {
    return ask("POST " + path + " HTTP/1.1\r\nHost: x\r\n" + bearer() +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  static Json error_of(const test::HttpAnswer& answer) { return Json::parse(answer.body)["error"]; }

  std::unique_ptr<test::FakeFleet> fleet = std::make_unique<test::FakeFleet>(loop());
  std::unique_ptr<Api> api;
};

TEST_F(ApiTest, AUserHasConnections) {
  open_api();
  fleet->found.connections = {{.id = "7",
                               .process = "p1",
                               .device = "",
                               .since_ms = 1'750'000'000'123,
                               .address = "192.0.2.0/24"},
                              {.id = "8", .process = "p2", .device = "tablet", .since_ms = 0}};
  const test::HttpAnswer answer = read("/api/users/a%20b%2Fc");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body,
            R"({"user":"a b/c","online":true,"connections":[)"
            R"({"id":"7","process":"p1","device":null,"since":"2025-06-15T15:06:40.123Z",)"
            R"("address":"192.0.2.0/24"},)"
            R"({"id":"8","process":"p2","device":"tablet","since":"1970-01-01T00:00:00.000Z",)"
            R"("address":""}],"limit":5})");
  EXPECT_THAT(fleet->users, ElementsAre("a b/c"));
}

TEST_F(ApiTest, AUserMayBeOffline) {
  open_api();
  EXPECT_EQ(read("/api/users/ann").body,
            R"({"user":"ann","online":false,"connections":[],"limit":5})");
  EXPECT_EQ(read("/api/users/disconnect").status, 200);
  EXPECT_THAT(fleet->users, ElementsAre("ann", "disconnect"));
}

TEST_F(ApiTest, DisconnectsAUser) {
  open_api();
  fleet->ended = 3;
  const test::HttpAnswer answer =
      post("/api/users/a%C3%A9/disconnect", R"({"code":4000,"reason":"bye","revoke":true})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"connections":3})");
  ASSERT_EQ(fleet->disconnects.size(), 1U);
  EXPECT_EQ(fleet->disconnects[0].user, "aé");
  EXPECT_EQ(fleet->disconnects[0].code, 4000);
  EXPECT_EQ(fleet->disconnects[0].reason, "bye");
  EXPECT_TRUE(fleet->disconnects[0].revoke);
  EXPECT_EQ(post("/api/users/ann/disconnect", "").status, 200);
  EXPECT_EQ(fleet->disconnects[1].code, 1008);
}

TEST_F(ApiTest, RevokesAToken) {
  open_api();
  const test::HttpAnswer answer = post("/api/tokens/revoke", R"({"jti":"t1"})");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.header("content-length"), "");
  EXPECT_THAT(fleet->revoked, ElementsAre("t1"));
}

TEST_F(ApiTest, BroadcastsToAll) {
  open_api();
  fleet->processes.resize(2);
  const test::HttpAnswer answer =
      post("/api/broadcast", R"({"notification_type":"maintenance","payload":{"at":"22:00"}})");
  EXPECT_EQ(answer.body, R"({"processes":2})");
  ASSERT_EQ(fleet->broadcasts.size(), 1U);
  EXPECT_EQ(fleet->broadcasts[0].payload, R"({"at":"22:00"})");
}

TEST_F(ApiTest, ListsTheProcesses) {
  open_api();
  fleet->processes = {{.id = "p1",
                       .host = "h",
                       .version = "1.2",
                       .since_ms = 1'750'000'000'000,
                       .connections = 4,
                       .users = 3,
                       .consumes = true,
                       .lag = 12,
                       .ready = true},
                      {.id = "p2", .consumes = false}};
  const Json listed = Json::parse(read("/api/processes").body)["processes"];
  EXPECT_EQ(listed[0], Json({{"id", "p1"},
                             {"host", "h"},
                             {"version", "1.2"},
                             {"since", "2025-06-15T15:06:40.000Z"},
                             {"connections", 4},
                             {"users", 3},
                             {"consumes", true},
                             {"lag", 12},
                             {"ready", true}}));
  EXPECT_EQ(listed[1]["lag"], nullptr);
  EXPECT_EQ(listed[1]["consumes"], false);
}

TEST_F(ApiTest, NeedsTheTokenAndLimitsGuesses) {
  open_api();
  const test::HttpAnswer missing = get("/api/processes");
  EXPECT_EQ(missing.status, 401);
  EXPECT_EQ(missing.header("www-authenticate"), "Bearer");
  EXPECT_EQ(error_of(missing)["message"], "the API requires ADMIN_TOKEN as Authorization: Bearer");
  EXPECT_EQ(stats.refusals.count("ADMIN_TOKEN"), 0U);
  for (size_t i = 0; i < AdminAccess::kGuessesMax; ++i) {
    EXPECT_EQ(get("/api/users/ann", bearer("wrong")).status, 401);
  }
  EXPECT_EQ(get("/api/users/ann", bearer("wrong")).status, 429);
  EXPECT_EQ(read("/api/users/ann").status, 200);
  EXPECT_THAT(fleet->users, ElementsAre("ann"));
}

TEST_F(ApiTest, DoesNotExistWithoutAToken) {
  open_api();
  access->set_token("");
  EXPECT_EQ(read("/api/processes").status, 404);
  EXPECT_EQ(post("/api/broadcast", "{}").status, 404);
  access->set_token(kToken);
  EXPECT_EQ(read("/api/processes").status, 200);
}

TEST_F(ApiTest, MalformedRequestsDoNothing) {
  open_api();
  EXPECT_EQ(post("/api/users/ann/disconnect", R"({"code":1})").status, 400);
  EXPECT_EQ(post("/api/users/%zz/disconnect", "{}").status, 400);
  EXPECT_EQ(read("/api/users/%zz").status, 400);
  EXPECT_EQ(post("/api/tokens/revoke", "{}").status, 400);
  EXPECT_EQ(post("/api/broadcast", "").status, 400);
  EXPECT_TRUE(fleet->disconnects.empty());
  EXPECT_TRUE(fleet->users.empty());
  for (const char* path : {"/api", "/api/", "/api/users", "/api/users/", "/api/users/a/b",
                           "/api/users//disconnect", "/api/processes/", "/api/tokens"}) {
    EXPECT_EQ(read(path).status, 404) << path;
  }
  EXPECT_EQ(post("/api/processes", "").status, 405);
  EXPECT_EQ(read("/api/broadcast").status, 405);
  EXPECT_EQ(post("/api/broadcast", std::string(8 * 1024 + 1, ' ')).status, 413);
  EXPECT_EQ((stats.http_requests[{"POST", "/api/users/{id}/disconnect", 400}]), 2U);
}

TEST_F(ApiTest, TheProcessesMayBeUnavailable) {
  open_api();
  fleet->fault = FleetFault{};
  for (const test::HttpAnswer& answer :
       {read("/api/users/ann"), read("/api/processes"), post("/api/users/ann/disconnect", "{}")}) {
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("retry-after"), "5");
    EXPECT_EQ(error_of(answer)["code"], "SERVICE_UNAVAILABLE");
    EXPECT_EQ(error_of(answer)["details"], Json::object());
  }
}

TEST_F(ApiTest, NamesTheProcessesThatDoNotAnswer) {
  open_api();
  fleet->fault = FleetFault{FleetFault::Kind::kSilent, 2, {"p3", "p4"}};
  const test::HttpAnswer answer = post("/api/users/ann/disconnect", "{}");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(error_of(answer)["details"], Json({{"connections", 2}, {"silent", {"p3", "p4"}}}));
}

TEST_F(ApiTest, WithoutAFleetItIsUnavailable) {
  open_api(false);
  EXPECT_EQ(read("/api/processes").status, 503);
  EXPECT_EQ(post("/api/broadcast", "{}").status, 400);
}

TEST_F(ApiTest, OtherOriginsCannotReadIt) {
  open_api();
  const std::string origin = "Origin: http://localhost:5173\r\n";
  EXPECT_EQ(get("/api/processes", bearer() + origin).header("access-control-allow-origin"), "");
}

}  // namespace
}  // namespace hermod
