#include <unistd.h>

#include <string>

#include "support/http_server_test.h"

namespace hermod {
namespace {

using test::HttpClient;
using Json = nlohmann::json;

class HttpUpgradeTest : public test::HttpServerTest {
 protected:
  void SetUp() override { open(); }

  // The user of the accepted connection, or the error code of the refusal inside the upgrade.
  std::string outcome(const std::string& target, const std::string& headers = "") {
    const UpgradeRequest* request = upgrade(target, headers);
    if (request == nullptr) return "HTTP " + std::to_string(refusal.status);
    if (const auto* identity = std::get_if<Identity>(&request->verdict)) return identity->user;
    const auto& refused = std::get<Refusal>(request->verdict);
    EXPECT_EQ(refused.code, CloseCode::kPolicy);
    EXPECT_FALSE(refused.message.empty());
    return std::string(to_string(refused.error));
  }
};

TEST_F(HttpUpgradeTest, HandsOverOnEveryWebSocketPath) {
  for (const char* path : {"/ws/v1/notifications", "/ws", "/ws/", "/ws/v1/status/ann"}) {
    EXPECT_EQ(outcome(std::string(path) + "?token=good.ann"), "ann") << path;
  }
  EXPECT_EQ((stats.http_requests[{"GET", "/ws/", 101}]), 1U);
  EXPECT_EQ(stats.jwt_validations["success"], 4U);
  EXPECT_EQ(stats.http_in_progress, 0U);
}

TEST_F(HttpUpgradeTest, HandsOverWhatTheWireNeeds) {
  HttpClient client(loop(), port());
  client.send(test::upgrade_request("/ws?token=good.ann", "X-Correlation-ID: c-1\r\n") + "early");
  run_until([&] { return !upgrades.adopted.empty(); });
  const auto& [fd, request] = upgrades.adopted[0];
  EXPECT_EQ(request.key, "dGhlIHNhbXBsZSBub25jZQ==");
  EXPECT_EQ(request.correlation_id, "c-1");
  EXPECT_EQ(to_string(request.client_address), "127.0.0.1");
  EXPECT_EQ(request.early_bytes, "early");
  EXPECT_EQ(request.subprotocol, Subprotocol::kNone);
  EXPECT_EQ(request.device, "");
  EXPECT_EQ(door->socket_count(), 0U);
  // The loop no longer watches the descriptor, so it can be watched again.
  uv::Poll poll(loop(), fd, [](uv::Ready) {});
  EXPECT_TRUE(poll.usable());
  ASSERT_EQ(write(fd, "hello", 5), 5);
  run_until([&] { return client.received == "hello"; });
}

TEST_F(HttpUpgradeTest, HeadInPiecesThenUpgrade) {
  HttpClient client(loop(), port());
  const std::string request = test::upgrade_request("/ws?token=good.ann");
  client.send(request.substr(0, 40));
  run_until([&] { return door->socket_count() == 1; });
  client.send(request.substr(40));
  run_until([&] { return upgrades.adopted.size() == 1; });
  uv::Poll poll(loop(), upgrades.adopted[0].first, [](uv::Ready) {});
  EXPECT_TRUE(poll.usable());
}

TEST_F(HttpUpgradeTest, BadTokensBecomeRefusalsInsideTheUpgrade) {
  EXPECT_EQ(outcome("/ws"), "AUTHENTICATION_ERROR");
  EXPECT_EQ(outcome("/ws?token="), "AUTHENTICATION_ERROR");
  EXPECT_EQ(outcome("/ws?token=bad"), "AUTHENTICATION_ERROR");
  EXPECT_EQ(outcome("/ws?token=expired"), "AUTHENTICATION_ERROR");
  EXPECT_EQ(outcome("/ws/v1/status/bob?token=good.ann"), "AUTHORIZATION_ERROR");
  EXPECT_EQ(outcome("/ws/v1/status/bob?token=bad"), "AUTHENTICATION_ERROR");
  EXPECT_EQ(stats.jwt_validations["missing"], 2U);
  EXPECT_EQ(stats.jwt_validations["expired"], 1U);
}

TEST_F(HttpUpgradeTest, TheStatusPathIsDecoded) {
  EXPECT_EQ(outcome("/ws/v1/status/a%6En%2F1?token=good.ann/1"), "ann/1");
  EXPECT_EQ(outcome("/ws/v1/status/ann%zz?token=good.ann"), "AUTHORIZATION_ERROR");
  EXPECT_EQ(outcome("/ws/v1/status/?token=good.ann"), "HTTP 404");
  EXPECT_EQ(outcome("/ws/v1/status/ann/x?token=good.ann"), "HTTP 404");
}

TEST_F(HttpUpgradeTest, TokensComeInThreeWaysAndInOrder) {
  const std::string by_header = "Authorization: bEARER good.header\r\n";
  const std::string by_protocol = "Sec-WebSocket-Protocol: hermod, bearer.good.protocol\r\n";
  EXPECT_EQ(outcome("/ws?token=good.query", by_header + by_protocol), "header");
  EXPECT_EQ(outcome("/ws?token=good.query", by_protocol), "protocol");
  EXPECT_EQ(outcome("/ws?token=good%2equery"), "query");
  EXPECT_EQ(outcome("/ws?token=good.query&token=good.other"), "query");
  EXPECT_EQ(outcome("/ws?a=b&&token=good.query"), "query");
  EXPECT_EQ(outcome("/ws?token=good.query%"), "query%");
  EXPECT_EQ(outcome("/ws?token=good.query", "Authorization: Basic abc\r\n"), "query");
  EXPECT_EQ(outcome("/ws?token=good.query", "Authorization: Bearer bad\r\n"),
            "AUTHENTICATION_ERROR");
  EXPECT_EQ(outcome("/ws", "Sec-WebSocket-Protocol: bearer.good.protocol\r\n"),
            "AUTHENTICATION_ERROR");
  EXPECT_EQ(outcome("/ws",
                    "Sec-WebSocket-Protocol: bearer.good.protocol\r\n"
                    "Sec-WebSocket-Protocol: hermod\r\n"),
            "protocol");
}

TEST_F(HttpUpgradeTest, SelectsOnlyItsOwnSubprotocol) {
  ASSERT_NE(upgrade("/ws?token=good.a", "Sec-WebSocket-Protocol: chat, hermod\r\n"), nullptr);
  EXPECT_EQ(upgrades.adopted.back().second.subprotocol, Subprotocol::kHermod);
  ASSERT_NE(upgrade("/ws?token=good.a", "Sec-WebSocket-Protocol: chat, Hermod2\r\n"), nullptr);
  EXPECT_EQ(upgrades.adopted.back().second.subprotocol, Subprotocol::kNone);
}

TEST_F(HttpUpgradeTest, SelectsTheFramesWheneverTheyAreOffered) {
  const auto selected = [this](const std::string& offered, const std::string& query = "") {
    const std::string header = "Sec-WebSocket-Protocol: " + offered + "\r\n";
    EXPECT_EQ(outcome("/ws" + query, header), "a") << offered;
    return upgrades.adopted.back().second.subprotocol;
  };
  EXPECT_EQ(selected("hermod.v1, bearer.good.a"), Subprotocol::kHermodV1);
  EXPECT_EQ(selected("bearer.good.a, hermod.v1"), Subprotocol::kHermodV1);
  EXPECT_EQ(selected("hermod, hermod.v1, bearer.good.a"), Subprotocol::kHermodV1);
  EXPECT_EQ(selected("hermod.v1", "?token=good.a"), Subprotocol::kHermodV1);
  EXPECT_EQ(selected("hermod, bearer.good.a"), Subprotocol::kHermod);
  EXPECT_EQ(selected("hermod.v2, Hermod.v1", "?token=good.a"), Subprotocol::kNone);
  // A refused connection selects it too, because its client reads the reason in a frame.
  EXPECT_EQ(outcome("/ws", "Sec-WebSocket-Protocol: hermod.v1\r\n"), "AUTHENTICATION_ERROR");
  EXPECT_EQ(upgrades.adopted.back().second.subprotocol, Subprotocol::kHermodV1);
}

TEST_F(HttpUpgradeTest, ADeviceIsNamedInTheQueryOrAsASubprotocol) {
  const auto device = [this](const std::string& query, const std::string& headers = "") {
    EXPECT_EQ(outcome("/ws?token=good.a" + query, headers), "a") << query << headers;
    return upgrades.adopted.back().second.device;
  };
  const std::string offered = "Sec-WebSocket-Protocol: hermod, device.phone\r\n";
  EXPECT_EQ(device("&device=phone"), "phone");
  EXPECT_EQ(device("&device=A-z_0.9"), "A-z_0.9");
  EXPECT_EQ(device("&device=p%68one"), "phone");
  EXPECT_EQ(device("&device=" + std::string(64, 'x')), std::string(64, 'x'));
  EXPECT_EQ(device("", offered), "phone");
  EXPECT_EQ(device("&device=phone", offered), "phone");
  EXPECT_EQ(device(""), "");
}

TEST_F(HttpUpgradeTest, AnInvalidDeviceIsRefusedInsideTheUpgrade) {
  const auto offer = [](const std::string& protocols) {
    return "Sec-WebSocket-Protocol: " + protocols + "\r\n";
  };
  for (const char* device : {"", "a%20b", "a/b", "%zz", "%C3%A4", "a,b", "a%00b"}) {
    EXPECT_EQ(outcome(std::string("/ws?token=good.a&device=") + device), "VALIDATION_ERROR");
  }
  EXPECT_EQ(outcome("/ws?token=good.a&device=" + std::string(65, 'x')), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("/ws?device&token=good.a"), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("/ws?token=good.a", offer("hermod, device.")), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("/ws?token=good.a", offer("device.a, device.b")), "VALIDATION_ERROR");
  EXPECT_EQ(outcome("/ws?token=good.a&device=a", offer("device.b")), "VALIDATION_ERROR");
  EXPECT_TRUE(log.has("reason=device"));
  EXPECT_TRUE(log.has("value=a, b"));
  EXPECT_EQ(outcome("/ws?token=bad&device="), "AUTHENTICATION_ERROR");
  EXPECT_EQ(outcome("/ws/v1/status/bob?token=good.ann&device="), "AUTHORIZATION_ERROR");
}

TEST_F(HttpUpgradeTest, ForeignOriginsAre403) {
  EXPECT_EQ(outcome("/ws?token=good.ann", "Origin: http://localhost:5173\r\n"), "ann");
  for (const char* origin : {"http://evil", "null", "http://localhost:5173.evil"}) {
    EXPECT_EQ(outcome("/ws?token=good.ann", std::string("Origin: ") + origin + "\r\n"), "HTTP 403");
    EXPECT_EQ(Json::parse(refusal.body)["error"]["code"], "AUTHORIZATION_ERROR");
  }
  EXPECT_EQ(outcome("/ws?token=good.ann",
                    "Origin: http://localhost:5173\r\nOrigin: http://localhost:5173\r\n"),
            "HTTP 403");
  EXPECT_EQ(stats.connections_rejected, 4U);
}

TEST_F(HttpUpgradeTest, WhatIsNoHandshakeIs426) {
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  for (const std::string& headers : {
           std::string(),
           "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" + key,
           "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" + key,
           "Upgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" + key,
           "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n" + key,
           "Upgrade: websocket\r\nConnection: Upgrade\r\n" + key,
       }) {
    const test::HttpAnswer answer = get("/ws?token=good.ann", headers);
    EXPECT_EQ(answer.status, 426) << headers;
    EXPECT_EQ(answer.header("upgrade"), "websocket");
    EXPECT_EQ(answer.header("connection"), "Upgrade, keep-alive");
    EXPECT_EQ(answer.header("sec-websocket-version"), "13");
  }
  EXPECT_EQ(ask("GET /ws HTTP/1.0\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Version: 13\r\n" +
                key + "\r\n")
                .status,
            426);
  EXPECT_EQ(get("/ws?token=good.ann",
                "Upgrade: foo, WebSocket\r\nConnection: keep-alive, UPGRADE\r\n"
                "Sec-WebSocket-Version: 12\r\n" +
                    key)
                .status,
            426);
  EXPECT_EQ(stats.connections_rejected, 0U);
}

TEST_F(HttpUpgradeTest, BadKeysAre400) {
  const std::string start =
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
  for (const std::string key : {"", "abc", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZ!==",
                                "dGhlIHNhbXBsZSBub25jZQAA"}) {
    EXPECT_EQ(get("/ws", start + "Sec-WebSocket-Key: " + key + "\r\n").status, 400) << key;
  }
  EXPECT_EQ(get("/ws", start).status, 400);
  const std::string good = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  EXPECT_EQ(get("/ws", start + good + good).status, 400);
}

// The first key is the example of RFC 6455 section 4.1.
TEST_F(HttpUpgradeTest, AKeyWhoseLastDigitIsNotCanonicalIsAccepted) {
  const std::string start =
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
  for (const std::string key :
       {"AQIDBAUGBwgJCgsMDQ4PEC==", "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25jZ/=="}) {
    HttpClient client(loop(), port());
    const size_t before = upgrades.adopted.size();
    client.send(
        test::get_request("/ws?token=good.ann", start + "Sec-WebSocket-Key: " + key + "\r\n"));
    run_until([&] { return upgrades.adopted.size() > before || client.ended; });
    ASSERT_EQ(upgrades.adopted.size(), before + 1) << key;
    EXPECT_EQ(upgrades.adopted.back().second.key, key);
  }
}

TEST_F(HttpUpgradeTest, BodiesOnHandshakesAre413) {
  EXPECT_EQ(outcome("/ws?token=good.ann", "Content-Length: 3\r\n"), "HTTP 413");
}

TEST_F(HttpUpgradeTest, TheTokenIsWrittenNowhere) {
  upgrade("/ws?token=very-secret");
  upgrade("/ws/v1/status/bob?token=good.ann");  // the log names the user ann
  upgrade("/ws", "Authorization: Bearer very-secret\r\nOrigin: http://evil\r\n");
  upgrade("/ws", "Sec-WebSocket-Protocol: hermod, bearer.very-secret\r\n");
  get("/nowhere?token=very-secret");
  EXPECT_FALSE(log.lines.empty());
  EXPECT_FALSE(log.has("very-secret"));
  EXPECT_FALSE(log.has("good.ann"));
  EXPECT_EQ(refusal.body.find("very-secret"), std::string::npos);
}

}  // namespace
}  // namespace hermod
