// Clients that violate the protocol: each gets one close frame, and its answer is not awaited.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "integration/ws_fixture.h"

namespace hermod {
namespace {

using test::client_close;
using test::client_frame;
using test::SocketKind;

class WsFaultTest : public test::WsTest {
 protected:
  // The close code that a client gets for sending this. Its socket ends without its answer.
  int code_for(const std::string& bytes) {
    const auto client = live("ada", SocketKind::kTcp);
    client->answer_close = false;
    client->send(bytes);
    run_until([&] { return client->close_code() != 0; });
    pass(100);
    run_until([&] { return client->ended; });
    EXPECT_EQ(client->frames_after_close, 0u);
    client->hang_up();
    run_until([&] { return server->socket_count() == 0; });
    return client->close_code();
  }
};

TEST_F(WsFaultTest, EndsTheSocketWithoutWaitingForAnAnswer) {
  EXPECT_EQ(code_for(client_frame(3, "")), 1002);
  EXPECT_EQ(code_for(client_frame(1, "x", {.reserved = 0x20})), 1002);
  EXPECT_EQ(code_for(client_frame(10, "x", {.final = false})), 1002);
  EXPECT_EQ(code_for(client_frame(0, "x")), 1002);
  EXPECT_EQ(stats.close_codes["1002"], 4u);
}

TEST_F(WsFaultTest, SaysWhatTheLibraryWouldDropWithoutAWord) {
  EXPECT_EQ(code_for(client_frame(9, std::string(126, 'p'))), 1002);
  EXPECT_EQ(code_for(client_frame(8, "x")), 1002);
  EXPECT_EQ(code_for(client_close(5000, "")), 1002);
  EXPECT_EQ(code_for(client_close(65535, "")), 1002);
  EXPECT_EQ(code_for(client_close(1005, "")), 1002);
  EXPECT_EQ(code_for(client_close(1000, "\xed\xa0\x80")), 1007);
}

TEST_F(WsFaultTest, ReadsATextOverItsFragments) {
  const auto client = live("ada", SocketKind::kTcp);
  client->send(client_frame(1, "a\xe2\x82", {.final = false}));
  client->send(client_frame(10, "\xff\xfe"));
  client->send(client_frame(0, "\xac"));
  client->send(client_frame(9, "there?"));
  run_until([&] { return client->count(10) == 1; });
  client->send(client_frame(1, "\xe2\x82", {.final = false}));
  client->send(client_frame(0, ""));
  until_closed(*client);
  EXPECT_EQ(client->close_code(), 1007);
}

TEST_F(WsFaultTest, SendsOneCloseFrameToWhoGoesOnSpeakingNonsense) {
  const auto client = live("ada", SocketKind::kTcp);
  client->answer_close = false;
  // The client begins another frame before the current one is complete.
  client->send(client_frame(1, "\xff" + std::string(100, 'x')).substr(0, 20));
  run_until([&] { return client->close_code() != 0; });
  EXPECT_EQ(client->close_code(), 1007);
  client->send(std::string(200, '\x7f'));
  run_until([&] { return client->ended; });
  EXPECT_EQ(client->count(8), 1u);
}

TEST_F(WsFaultTest, AnswersWhatCameBeforeTheFault) {
  const auto client = live("ada", SocketKind::kTcp);
  client->send(client_frame(1, R"({"type":"authenticate","token":"ada"})") + client_frame(3, ""));
  run_until([&] { return client->close_code() != 0; });
  EXPECT_EQ(client->texts().size(), 1u);
  EXPECT_EQ(client->close_code(), 1002);
}

TEST_F(WsFaultTest, AnswersAPingBeforeTheTextBehindIt) {
  const auto client = live("ada", SocketKind::kTcp);
  client->send(client_frame(9, "first") +
               client_frame(1, R"({"type":"authenticate","token":"ada"})"));
  run_until([&] { return client->frames.size() == 2; });
  EXPECT_EQ(client->frames[0].opcode, 10);
  EXPECT_EQ(client->frames[1].opcode, 1);
}

}  // namespace
}  // namespace hermod
