#include "ws/ws_server.h"

#include "integration/ws_fixture.h"

namespace hermod {
namespace {

using test::client_close;
using test::client_frame;
using test::SocketKind;

class WsServerTest : public test::WsTest {};

TEST_F(WsServerTest, UpgradesAndDelivers) {
  const auto client = live("ada", SocketKind::kTcp);
  EXPECT_EQ(client->head.rfind("HTTP/1.1 101 ", 0), 0u);
  EXPECT_NE(client->head.find(test::kSampleAccept), std::string::npos);
  EXPECT_EQ(client->head.find("Sec-WebSocket-Protocol"), std::string::npos);
  text("ada", "{\"n\":1}");
  text("bob", "{\"n\":2}");
  run_until([&] { return !client->texts().empty(); });
  settle();
  EXPECT_EQ(client->texts(), std::vector<std::string>{"{\"n\":1}"});
  EXPECT_EQ(stats.connections_accepted, 1u);
  EXPECT_EQ(stats.connections_active, 1u);
}

}  // namespace
}  // namespace hermod
