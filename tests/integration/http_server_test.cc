#include <string>

#include "support/http_server_test.h"

namespace hermod {
namespace {

using test::HttpAnswer;
using test::HttpClient;
using Json = nlohmann::json;

class HttpServerTest : public test::HttpServerTest {
 protected:
  void SetUp() override { open(); }
};

TEST_F(HttpServerTest, EveryAnswerCarriesWhatEveryAnswerCarries) {
  const HttpAnswer answer = get("/healthz/live");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "application/json");
  EXPECT_EQ(answer.header("cache-control"), "no-store");
  EXPECT_EQ(answer.header("vary"), "Origin");
  EXPECT_EQ(answer.header("connection"), "keep-alive");
  EXPECT_EQ(answer.header("x-correlation-id").size(), 36U);
  EXPECT_EQ(answer.header("date"), "Sun, 15 Jun 2025 15:06:40 GMT");
}

TEST_F(HttpServerTest, TakesOverACorrelationIdOnlyInItsForm) {
  EXPECT_EQ(get("/healthz", "X-Correlation-ID: a.B_9:-\r\n").header("x-correlation-id"), "a.B_9:-");
  for (const std::string& bad : {std::string("a b"), std::string("a/b"), std::string(129, 'a')}) {
    EXPECT_EQ(
        get("/healthz", "X-Correlation-ID: " + bad + "\r\n").header("x-correlation-id").size(),
        36U);
  }
  const std::string longest(128, 'a');
  EXPECT_EQ(get("/healthz", "X-Correlation-ID: " + longest + "\r\n").header("x-correlation-id"),
            longest);
}

TEST_F(HttpServerTest, ErrorsHaveTheErrorBody) {
  const HttpAnswer answer = get("/nowhere", "X-Correlation-ID: c-1\r\n");
  EXPECT_EQ(answer.status, 404);
  const Json error = Json::parse(answer.body)["error"];
  EXPECT_EQ(error["code"], "RESOURCE_NOT_FOUND");
  EXPECT_TRUE(error["message"].is_string());
  EXPECT_EQ(error["correlation_id"], "c-1");
  EXPECT_EQ(error["service"], "websocket_service");
  EXPECT_EQ(error["timestamp"], "2025-06-15T15:06:40.000Z");
  EXPECT_EQ(error["details"], Json::object());
}

TEST_F(HttpServerTest, HeadIsGetWithoutABody) {
  const HttpAnswer get_answer = get("/healthz");
  HttpClient client(loop(), port());
  client.send("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\nHEAD /ws HTTP/1.1\r\nHost: x\r\n\r\n");
  const HttpAnswer head_answer = answer_of(client, HttpClient::Body::kOmitted);
  EXPECT_EQ(head_answer.status, 200);
  EXPECT_EQ(head_answer.header("content-length"), get_answer.header("content-length"));
  EXPECT_EQ(answer_of(client, HttpClient::Body::kOmitted).status, 426);
  EXPECT_EQ(client.received, "");
}

TEST_F(HttpServerTest, HeadsMayBeSplitAnywhere) {
  const std::string request = test::get_request("/healthz/live", "X-A: b\r\n");
  for (size_t split = 1; split < request.size(); ++split) {
    HttpClient client(loop(), port());
    client.send(request.substr(0, split));
    settle();
    client.send(request.substr(split));
    EXPECT_EQ(answer_of(client).status, 200) << split;
  }
  HttpClient client(loop(), port());
  for (const char byte : request) {
    client.send({&byte, 1});
    settle();
  }
  EXPECT_EQ(answer_of(client).status, 200);
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  HttpClient client(loop(), port());
  std::string requests;
  for (int i = 0; i < 200; ++i) {
    requests +=
        test::get_request("/healthz/live", "X-Correlation-ID: " + std::to_string(i) + "\r\n");
  }
  client.send(requests + test::get_request("/healthz", "Connection: close\r\n"));
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(answer_of(client).header("x-correlation-id"), std::to_string(i));
  }
  EXPECT_EQ(answer_of(client).header("connection"), "close");
  client.finish_sending();
  run_until([&] { return client.ended && door->socket_count() == 0; });
  EXPECT_FALSE(client.was_reset);
}

TEST_F(HttpServerTest, WhoHasFinishedSendingIsAnsweredStill) {
  HttpClient client(loop(), port());
  client.send(test::get_request("/healthz/live") + test::get_request("/healthz/live"));
  client.finish_sending();
  EXPECT_EQ(answer_of(client).status, 200);
  EXPECT_EQ(answer_of(client).status, 200);
  run_until([&] { return client.ended && door->socket_count() == 0; });
}

TEST_F(HttpServerTest, ServesHttp10) {
  HttpClient plain(loop(), port());
  plain.send("GET /healthz HTTP/1.0\r\n\r\n");
  const HttpAnswer answer = answer_of(plain);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("connection"), "close");
  run_until([&] { return plain.ended; });

  HttpClient kept(loop(), port());
  for (int i = 0; i < 2; ++i) {
    kept.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(answer_of(kept).header("connection"), "keep-alive");
  }
}

TEST_F(HttpServerTest, TheMethodIsJudgedFirst) {
  for (const std::string method : {"POST", "PUT", "DELETE", "TRACE", "CONNECT", "FOO", "get"}) {
    for (const std::string path : {"/healthz", "/nowhere", "/ws"}) {
      const HttpAnswer answer = ask(method + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
      EXPECT_EQ(answer.status, 405) << method << path;
      EXPECT_EQ(answer.header("allow"), "GET, HEAD, OPTIONS");
      EXPECT_EQ(Json::parse(answer.body)["error"]["code"], "VALIDATION_ERROR");
    }
  }
  EXPECT_EQ(ask("CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n").status, 405);
  EXPECT_EQ(ask("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na").status, 405);
}

TEST_F(HttpServerTest, ABodyThatNobodyTakesIs413BeforeThePath) {
  for (const std::string path : {"/healthz", "/nowhere", "/ws"}) {
    EXPECT_EQ(get(path, "Content-Length: 5\r\n").status, 413);
    EXPECT_EQ(get(path, "Transfer-Encoding: chunked\r\n").status, 413);
  }
  EXPECT_EQ(get("/healthz", "Content-Length: 0\r\n").status, 200);
  EXPECT_EQ(get("/healthz", "Content-Length: 99999999999\r\n").status, 413);
}

TEST_F(HttpServerTest, WhoStillSendsABodyGetsTheAnswerAndNoReset) {
  HttpClient client(loop(), port());
  client.send("POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n");
  const std::string part(20'000, 'a');
  for (int i = 0; i < 10; ++i) {
    client.send(part);
    settle();
  }
  EXPECT_EQ(answer_of(client).status, 405);
  client.finish_sending();
  run_until([&] { return client.ended && door->socket_count() == 0; });
  EXPECT_FALSE(client.was_reset);
}

TEST_F(HttpServerTest, MalformedHeadsAre400) {
  const std::string line = "GET /healthz HTTP/1.1\r\n";
  for (const std::string& request : {
           std::string("GET /healthz\r\n\r\n"),
           std::string("GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
           std::string("GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n"),
           std::string("G@T /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
           std::string("GET /healthz HTTP/1.1\nHost: x\n\n"),
           std::string("\x16\x03\x01\x02", 4),
           line + "\r\n",
           line + "Host: x\r\nHost: y\r\n\r\n",
           line + "Host : x\r\n\r\n",
           line + "Host: x\r\n folded\r\n\r\n",
           line + "Host: x\r\nX: a\rb\r\n\r\n",
           line + std::string("Host: x\r\nX: a\0b\r\n\r\n", 19),
           line + "Host: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
           line + "Host: x\r\nContent-Length: -1\r\n\r\n",
           line + "Host: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
           line + "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
           line + "Host: x\r\nTransfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\n",
           std::string("GET /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
       }) {
    const HttpAnswer answer = ask(request);
    EXPECT_EQ(answer.status, 400) << request;
    EXPECT_TRUE(Json::parse(answer.body, nullptr, false).contains("error")) << request;
  }
}

TEST_F(HttpServerTest, ATargetOfAnotherSchemeIs400) {
  for (const char* target :
       {"ftp://x/healthz", "ws://x/healthz", "file:///healthz", "http:///healthz", "http://",
        "http://user@x/healthz", "http://x:y/healthz", "http://[::1/healthz", "httpx://x/healthz",
        "healthz", "x:80", "http:/healthz", "?token=a"}) {
    const HttpAnswer answer = get(target);
    EXPECT_EQ(answer.status, 400) << target;
    EXPECT_EQ(Json::parse(answer.body)["error"]["code"], "VALIDATION_ERROR") << target;
  }
  for (const char* target : {"http://x/healthz", "HTTPS://X:443/healthz", "http://[::1]:80/healthz",
                             "http://x:/healthz", "hTtP://10.0.0.1/healthz?a=ftp://x"}) {
    EXPECT_EQ(get(target).status, 200) << target;
  }
}

TEST_F(HttpServerTest, AMalformedHostIs400) {
  const auto status = [this](const std::string& host) {
    return ask("GET /healthz HTTP/1.1\r\nHost:" + host + "\r\n\r\n").status;
  };
  for (const char* host :
       {"",        " ",    ":80",    "a b",         "user@x",   "x/y",  "x?y",
        "[::1",    "::1",  "[::1]x", "[127.0.0.1]", "[]",       "x:y",  "x:65536",
        "x:80:80", "x:-1", "a%zz",   "a%4",         "\xc3\xa4", "a\"b", "http://x"}) {
    EXPECT_EQ(status(host), 400) << host;
  }
  EXPECT_EQ(ask("GET /healthz HTTP/1.0\r\nHost:\r\n\r\n").status, 400);
  for (const char* host : {"x", "a_b.example", "localhost:8080", "localhost:", "10.0.0.1:1",
                           "[::1]", "[::1]:65535", "[fe80::1%eth0]:80", "a%20b", " x "}) {
    EXPECT_EQ(status(host), 200) << host;
  }
}

TEST_F(HttpServerTest, TheHostIsJudgedAfterTheMethodAndBeforeTheBody) {
  const auto status = [this](const std::string& start, const std::string& rest) {
    return ask(start + " HTTP/1.1\r\nHost: a b\r\n" + rest + "\r\n").status;
  };
  EXPECT_EQ(status("POST /healthz", ""), 405);
  EXPECT_EQ(status("POST ftp://x/healthz", ""), 405);
  EXPECT_EQ(status("GET /healthz", "Content-Length: 5\r\n"), 400);
  EXPECT_EQ(status("GET /nowhere", ""), 400);
  // The response does not wait for the body.
  EXPECT_EQ(status("POST /console/tokens", "Content-Length: 5\r\n"), 400);
}

TEST_F(HttpServerTest, AHeadMayHave16KiB) {
  const std::string request = test::get_request("/healthz", "X-Filler: \r\n");
  const std::string filler(kHeadBytesMax - request.size(), 'a');
  EXPECT_EQ(get("/healthz", "X-Filler: " + filler + "\r\n").status, 200);
  const HttpAnswer answer = get("/healthz", "X-Filler: a" + filler + "\r\n");
  EXPECT_EQ(answer.status, 431);
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_EQ(ask("GET /" + std::string(100'000, 'a')).status, 431);
  EXPECT_EQ(stats.limits_struck["head_bytes"], 2U);
}

TEST_F(HttpServerTest, OtherFormsOfTheTarget) {
  EXPECT_EQ(get("http://anything/healthz/live?x=y").status, 200);
  EXPECT_EQ(get("/healthz?token=secret").status, 200);
  EXPECT_EQ(get("http://anything").status, 404);
  EXPECT_EQ(get("/healthz/").status, 404);
  EXPECT_EQ(ask("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").status, 204);
  EXPECT_EQ(ask("GET * HTTP/1.1\r\nHost: x\r\n\r\n").status, 404);
  EXPECT_EQ(ask("\r\n\r\n" + test::get_request("/healthz")).status, 200);
}

TEST_F(HttpServerTest, OptionsAnswersCors) {
  const std::string options = "OPTIONS /healthz HTTP/1.1\r\nHost: x\r\n";
  const HttpAnswer known = ask(options + "Origin: http://localhost:5173\r\n\r\n");
  EXPECT_EQ(known.status, 204);
  EXPECT_EQ(known.header("access-control-allow-origin"), "http://localhost:5173");
  EXPECT_EQ(known.header("access-control-allow-methods"), "GET, HEAD, OPTIONS");
  EXPECT_NE(known.header("access-control-allow-headers").find("Authorization"), std::string::npos);
  EXPECT_NE(known.header("access-control-allow-headers").find("X-Correlation-ID"),
            std::string::npos);
  EXPECT_EQ(known.header("access-control-max-age"), "600");
  EXPECT_EQ(known.header("vary"), "Origin");
  for (const std::string& origin : {std::string("Origin: http://evil\r\n"), std::string()}) {
    const HttpAnswer refused = ask(options + origin + "\r\n");
    EXPECT_EQ(refused.status, 204);
    EXPECT_EQ(refused.headers.count("access-control-allow-origin"), 0U);
    EXPECT_EQ(refused.headers.count("access-control-allow-methods"), 0U);
    EXPECT_EQ(refused.header("vary"), "Origin");
  }
  EXPECT_EQ(
      get("/healthz", "Origin: http://localhost:5173\r\n").header("access-control-allow-origin"),
      "http://localhost:5173");
  EXPECT_EQ(get("/healthz", "Origin: http://evil\r\n").headers.count("access-control-allow-origin"),
            0U);
}

TEST_F(HttpServerTest, UpgradeHeadersOnAPageAreIgnored) {
  EXPECT_EQ(upgrade("/healthz"), nullptr);
  EXPECT_EQ(refusal.status, 200);
}

TEST_F(HttpServerTest, CountsRequestsByFixedLabels) {
  get("/healthz");
  get("/nowhere?token=secret");
  get("/ws/v1/status/somebody");
  ask("BREW /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  ask("\x01");
  EXPECT_EQ((stats.http_requests[{"GET", "/healthz", 200}]), 1U);
  EXPECT_EQ((stats.http_requests[{"GET", "unmatched", 404}]), 1U);
  EXPECT_EQ((stats.http_requests[{"GET", "/ws/v1/status/{client_id}", 426}]), 1U);
  EXPECT_EQ((stats.http_requests[{"OTHER", "/healthz", 405}]), 1U);
  EXPECT_EQ((stats.http_requests[{"OTHER", "unmatched", 400}]), 1U);
  EXPECT_EQ(stats.http_seconds.counts()[0], 5U);
}

TEST_F(HttpServerTest, DrainingAnswersPagesAndTurnsUpgradesAway) {
  door->set_draining(true);
  EXPECT_EQ(get("/healthz").header("connection"), "close");
  EXPECT_EQ(upgrade("/ws?token=good.ann"), nullptr);
  EXPECT_EQ(refusal.status, 503);
  EXPECT_EQ(refusal.header("retry-after"), "5");
  EXPECT_EQ(Json::parse(refusal.body)["error"]["code"], "SERVICE_UNAVAILABLE");
  EXPECT_EQ(stats.connections_rejected, 1U);
  EXPECT_EQ(stats.refusals["SERVICE_UNAVAILABLE"], 1U);
}

TEST_F(HttpServerTest, ClosesWithConnectionsInEveryStage) {
  HttpClient half(loop(), port());
  half.send("GET /");
  HttpClient idle(loop(), port());
  idle.send(test::get_request("/healthz"));
  EXPECT_EQ(answer_of(idle).status, 200);
  HttpClient lingering(loop(), port());
  lingering.send(test::get_request("/healthz", "Connection: close\r\n"));
  EXPECT_EQ(answer_of(lingering).status, 200);
  health.metrics_text = std::string(16 << 20, 'm');
  HttpClient slow(loop(), port());
  slow.stop_reading();
  slow.send(test::get_request("/metrics"));
  run_until([&] { return door->socket_count() == 4; });
  int closed = 0;
  door->close([&] { ++closed; });
  door->close([&] { ++closed; });
  EXPECT_EQ(closed, 0);
  run_until([&] { return closed == 1 && half.ended && idle.ended; });
  EXPECT_EQ(stats.http_in_progress, 0U);
  door.reset();
}

// One of two ports of a process.
using HttpPortTest = test::HttpServerTest;

class OtherPages final : public PageGroup {
 public:
  const Route* find_route(std::string_view path) const override {
    static constexpr Route kRoute{.path = "/other", .methods = "POST", .body_bytes_max = 64};
    return path == kRoute.path ? &kRoute : nullptr;
  }
  PageOutcome answer(const Route&, const HttpRequest&) override { return Response(); }
};

TEST_F(HttpPortTest, ThePathsOfAnotherPortAreUnknownWithEveryMethod) {
  OtherPages other;
  hidden_pages = {&other};
  open();
  const std::string rest = " /other HTTP/1.1\r\nHost: x\r\n";
  for (const char* method : {"GET", "PUT", "OPTIONS"}) {
    const HttpAnswer answer = ask(method + rest + "\r\n");
    EXPECT_EQ(answer.status, 404) << method;
    EXPECT_EQ(Json::parse(answer.body)["error"]["message"], "unknown path");
  }
  EXPECT_EQ(ask("POST" + rest + "Content-Length: 2\r\n\r\n{}").status, 404);
}

TEST_F(HttpPortTest, APortMayServeNoWebSockets) {
  HttpServerOptions options;
  options.websockets = WebSocketPaths::kRefused;
  open(std::move(options));
  for (const char* path : {"/ws", "/ws/", "/ws/v1/notifications", "/ws/v1/status/ann"}) {
    EXPECT_EQ(upgrade(std::string(path) + "?token=good.ann"), nullptr);
    EXPECT_EQ(refusal.status, 404);
    EXPECT_EQ(Json::parse(refusal.body)["error"]["message"],
              "this port serves no WebSockets: connect to the port of WEBSOCKET_PORT");
  }
  EXPECT_EQ(get("/healthz/live").status, 200);
}

}  // namespace
}  // namespace hermod
