#include "http/pages.h"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "support/header_field.h"
#include "support/http_server_test.h"

namespace hermod {
namespace {

using Json = nlohmann::json;

class PagesTest : public ::testing::Test {
 protected:
  PageOutcome outcome(std::string_view path) {
    return pages.answer(*pages.find_route(path), {RequestHead(), IpAddress()});
  }
  Response page(std::string_view path) { return std::get<Response>(outcome(path)); }
  Json body(std::string_view path) { return Json::parse(page(path).body); }

  test::FakeHealth health;
  test::FakeClock clock;
  Pages pages{health, clock};
};

TEST_F(PagesTest, APathIsComparedAsItWasSent) {
  EXPECT_EQ(pages.find_route("/metrics")->path, "/metrics");
  for (const char* path : {"/metrics/", "/METRICS", "/%6detrics", "", "/"}) {
    EXPECT_EQ(pages.find_route(path), nullptr) << path;
  }
}

TEST_F(PagesTest, Health) {
  EXPECT_EQ(body("/healthz"), Json({{"service", "websocket_service"},
                                    {"status", "healthy"},
                                    {"message", "the service is up"},
                                    {"environment", "testing"},
                                    {"timestamp", "2025-06-15T15:06:40.000Z"},
                                    {"uptime_seconds", 1.5}}));
}

TEST_F(PagesTest, Redis) {
  EXPECT_EQ(page("/healthz/redis").status, 200);
  EXPECT_EQ(page("/healthz/redis").body,
            R"({"service":"redis","status":"healthy","url":"redis://***:***@redis:6379/0"})");
  health.redis_health = {.up = false, .error = "Connection refused"};
  EXPECT_EQ(page("/healthz/redis").status, 503);
  EXPECT_EQ(page("/healthz/redis").body,
            R"({"detail":{"service":"redis","status":"unhealthy","error":"Connection refused"}})");
}

TEST_F(PagesTest, RedisListsItsShards) {
  health.redis_health.servers =
      RedisServers{.mode = "cluster",
                   .shards = {{.address = "a:1", .up = true, .users = 7},
                              {.address = "b:2", .up = false, .reason = "refused"}},
                   .open_slots = {5},
                   .sentinels = {},
                   .troubles = {"trouble"}};
  RedisServers& servers = *health.redis_health.servers;
  servers.shards[0].replicas = {{"c:3", "online"}};
  EXPECT_EQ(page("/healthz/redis").status, 200);
  EXPECT_EQ(page("/healthz/redis").body,
            R"({"service":"redis","status":"degraded","url":"redis://***:***@redis:6379/0",)"
            R"("mode":"cluster","shards":[{"address":"a:1","status":"up","users":7,)"
            R"("replicas":[{"address":"c:3","state":"online"}]},)"
            R"({"address":"b:2","status":"down","reason":"refused","users":0,"replicas":[]}],)"
            R"("open_slots":[5],"warnings":["trouble"]})");
  servers = {.mode = "sentinel",
             .shards = {{.address = "a:1", .up = true, .replication = "no replica is known"}},
             .open_slots = std::vector<uint16_t>(100),
             .sentinels = {{"s:1", true, ""}, {"s:2", false, "refused"}},
             .troubles = {}};
  EXPECT_EQ(body("/healthz/redis")["status"], "healthy");
  EXPECT_EQ(body("/healthz/redis")["shards"][0]["replication"], "no replica is known");
  EXPECT_EQ(body("/healthz/redis")["open_slots"].size(), 64u);
  EXPECT_EQ(body("/healthz/redis")["sentinels"][1],
            Json({{"address", "s:2"}, {"status", "down"}, {"reason", "refused"}}));
  health.redis_health.up = false;
  health.redis_health.error = "a:1: refused";
  EXPECT_EQ(page("/healthz/redis").status, 503);
  EXPECT_EQ(body("/healthz/redis")["detail"]["status"], "unhealthy");
  EXPECT_EQ(body("/healthz/redis")["detail"]["shards"].size(), 1u);
}

TEST_F(PagesTest, ReadyThoughSomeUsersAreNotServed) {
  health.is_degraded = true;
  health.why = {"the Redis shard a:1: refused"};
  EXPECT_EQ(page("/healthz/ready").status, 200);
  EXPECT_EQ(page("/healthz/ready").body,
            R"({"status":"degraded","reasons":["the Redis shard a:1: refused"]})");
}

TEST_F(PagesTest, Kafka) {
  EXPECT_EQ(page("/healthz/kafka").body,
            R"({"service":"kafka","status":"healthy","brokers":"kafka:9092"})");
  health.kafka_health.consumes = false;
  EXPECT_EQ(page("/healthz/kafka").body,
            R"({"service":"kafka","status":"healthy","brokers":"kafka:9092","consumes":false})");
  health.kafka_health.missing_topics = {"a", "b"};
  EXPECT_EQ(body("/healthz/kafka")["missing_topics"], Json({"a", "b"}));
  health.kafka_health.up = false;
  health.kafka_health.error = "no \xff broker";
  EXPECT_EQ(page("/healthz/kafka").status, 503);
  EXPECT_EQ(body("/healthz/kafka")["detail"]["error"], "no \xef\xbf\xbd broker");
  EXPECT_EQ(page("/healthz").status, 200);
}

TEST_F(PagesTest, Ready) {
  EXPECT_EQ(page("/healthz/ready").status, 200);
  EXPECT_EQ(page("/healthz/ready").body, R"({"status":"ready","reasons":[]})");
  health.why = {"dead letters cannot be written"};
  EXPECT_EQ(page("/healthz/ready").status, 200);
  EXPECT_EQ(page("/healthz/ready").body,
            R"({"status":"ready","reasons":["dead letters cannot be written"]})");
  health.is_ready = false;
  health.why = {"redis is away"};
  EXPECT_EQ(page("/healthz/ready").status, 503);
  EXPECT_EQ(page("/healthz/ready").body, R"({"status":"not_ready","reasons":["redis is away"]})");
  EXPECT_EQ(page("/healthz/live").status, 200);
}

TEST_F(PagesTest, AWarningDoesNotMakeItUnready) {
  health.warned = {"the topic does not exist: a"};
  EXPECT_EQ(page("/healthz/ready").status, 200);
  EXPECT_EQ(page("/healthz/ready").body,
            R"({"status":"ready","reasons":[],"warnings":["the topic does not exist: a"]})");
}

TEST_F(PagesTest, Websocket) {
  health.connection_count = 3;
  EXPECT_EQ(page("/healthz/websocket").body,
            R"({"service":"websocket_manager","status":"healthy",)"
            R"("total_connections":3,"max_connections_per_user":5})");
}

TEST_F(PagesTest, MetricsMayBeOff) {
  EXPECT_EQ(page("/metrics").body, "metric 1\n");
  EXPECT_EQ(page("/metrics").content_type, "text/plain; version=0.0.4; charset=utf-8");
  pages.on_iteration_end();
  health.metrics_text.reset();
  EXPECT_EQ(std::get<Fault>(outcome("/metrics")).status, 404);
}

TEST_F(PagesTest, MetricsAreWrittenOnceATurn) {
  EXPECT_EQ(page("/metrics").body, "metric 1\n");
  health.metrics_text = "metric 2\n";
  EXPECT_EQ(page("/metrics").body, "metric 1\n");
  pages.on_iteration_end();
  EXPECT_EQ(page("/metrics").body, "metric 2\n");
  EXPECT_EQ(health.metrics_asked, 2);
}

// A client that reads occasionally gets current values, even on a slow machine.
TEST_F(PagesTest, MetricsThatTookLongAreFreshForTheNextReader) {
  health.metrics_take = std::chrono::milliseconds(5);
  EXPECT_EQ(page("/metrics").body, "metric 1\n");
  health.metrics_text = "metric 2\n";
  pages.on_iteration_end();
  EXPECT_EQ(page("/metrics").body, "metric 2\n");
}

// The loop may block for minutes between two readers, without the end of an iteration.
TEST_F(PagesTest, MetricsOfAnEarlierIterationAreNotShownAfterAPause) {
  health.metrics_take = std::chrono::milliseconds(101);
  EXPECT_EQ(page("/metrics").body, "metric 1\n");
  pages.on_iteration_end();
  health.metrics_text = "metric 2\n";
  EXPECT_EQ(page("/metrics").body, "metric 1\n");
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (page("/metrics").body != "metric 2\n") {
    ASSERT_LT(std::chrono::steady_clock::now(), patience);
  }
}

TEST(TimeShare, IsATwentiethOfTheTimeAndAHundredMillisecondsInAdvance) {
  using namespace std::chrono_literals;
  TimeShare share;
  const TimeShare::Clock::time_point start = TimeShare::Clock::now();
  EXPECT_FALSE(share.exceeded(start));
  share.spend(start, start + 99ms);
  EXPECT_FALSE(share.exceeded(start + 99ms));
  share.spend(start + 99ms, start + 149ms);
  EXPECT_TRUE(share.exceeded(start + 149ms));
  EXPECT_TRUE(share.exceeded(start + 1s));
  EXPECT_FALSE(share.exceeded(start + 1250ms));
}

// The pages of a port that clients reach.
class PublicPagesTest : public PagesTest {
 protected:
  PublicPagesTest() {
    health.redis_health = {.up = false, .where = {}, .error = "refused by 10.1.1.1"};
    health.is_ready = false;
    health.why = {"Redis refused the connection"};
  }
  // The status and the body.
  std::pair<int, Json> shown(Pages& by, std::string_view path, std::string_view bearer = {}) const {
    RequestHead head;
    if (!bearer.empty()) head.authorization = test::field("Bearer " + std::string(bearer));
    const Route* route = by.find_route(path);
    const auto given = std::get<Response>(by.answer(*route, {head, IpAddress()}));
    return {given.status, Json::parse(given.body)};
  }

  const Json bare_redis = {{"service", "redis"}, {"status", "unhealthy"}};
  const Json bare_kafka = {{"service", "kafka"}, {"status", "healthy"}};
  const Json bare_ready = {{"service", "websocket_service"}, {"status", "not_ready"}};
  test::RecordingLog log;
  Stats stats;
  AdminAccess access{{clock, log, stats}, {.token = "the-token", .secret = {}}};
};

TEST_F(PublicPagesTest, DetailsMayNeedTheToken) {
  Pages own(health, clock, {.details = PagesOptions::Details::kOperators, .access = &access});
  for (const char* bearer : {"", "wrong"}) {
    EXPECT_EQ(shown(own, "/healthz/redis", bearer), std::pair(503, bare_redis));
    EXPECT_EQ(shown(own, "/healthz/kafka", bearer), std::pair(200, bare_kafka));
    EXPECT_EQ(shown(own, "/healthz/ready", bearer), std::pair(503, bare_ready));
  }
  EXPECT_EQ(stats.refusals["ADMIN_TOKEN"], 3U);  // a wrong token is a guess
  EXPECT_EQ(shown(own, "/healthz", "wrong").first, 200);
  EXPECT_EQ(shown(own, "/healthz/websocket", "wrong").first, 200);
  EXPECT_EQ(stats.refusals["ADMIN_TOKEN"], 3U);
  EXPECT_EQ(shown(own, "/healthz/redis", "the-token").second["detail"]["error"],
            "refused by 10.1.1.1");
  EXPECT_EQ(shown(own, "/healthz/kafka", "the-token").second["brokers"], "kafka:9092");
  EXPECT_EQ(shown(own, "/healthz/ready", "the-token").second["reasons"], Json(health.why));
  health.redis_health = {.up = true, .where = "redis://r:6379"};
  EXPECT_EQ(shown(own, "/healthz/redis"),
            std::pair(200, Json({{"service", "redis"}, {"status", "healthy"}})));
}

TEST_F(PublicPagesTest, ThereMayBeProbesOnly) {
  Pages own(health, clock,
            {.extent = PagesOptions::Extent::kProbes, .details = PagesOptions::Details::kNobody});
  for (const char* path : {"/healthz/redis", "/healthz/kafka", "/healthz/websocket", "/metrics"}) {
    EXPECT_EQ(own.find_route(path), nullptr) << path;
  }
  EXPECT_EQ(shown(own, "/healthz", "the-token").second["status"], "healthy");
  EXPECT_EQ(shown(own, "/healthz/live").second["status"], "alive");
  EXPECT_EQ(shown(own, "/healthz/ready", "the-token"), std::pair(503, bare_ready));
}

using MetricsPageTest = test::HttpServerTest;

TEST_F(MetricsPageTest, IsNotFoundWhenOff) {
  open();
  EXPECT_EQ(get("/metrics").status, 200);
  health.metrics_text.reset();
  EXPECT_EQ(get("/metrics").status, 404);
  EXPECT_EQ((stats.http_requests[{"GET", "/metrics", 404}]), 1U);
}

}  // namespace
}  // namespace hermod
