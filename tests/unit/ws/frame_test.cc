#include "ws/frame.h"

#include <gtest/gtest.h>

#include "ws/upgrade_head.h"

namespace hermod {
namespace {

std::string header(Opcode opcode, size_t size) {
  std::string out = "before";
  append_frame(out, opcode, std::string(size, 'x'));
  EXPECT_EQ(out.substr(0, 6), "before");
  return out.substr(6, out.size() - 6 - size);
}

TEST(FrameTest, WritesTheThreeLengthForms) {
  using namespace std::string_literals;
  EXPECT_EQ(header(Opcode::kClose, 2), "\x88\x02"s);
  EXPECT_EQ(header(Opcode::kText, 125), "\x81\x7d"s);
  EXPECT_EQ(header(Opcode::kText, 126), "\x81\x7e\x00\x7e"s);
  EXPECT_EQ(header(Opcode::kBinary, 65'535), "\x82\x7e\xff\xff"s);
  EXPECT_EQ(header(Opcode::kText, 65'536), "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s);
}

TEST(UpgradeHeadTest, HoldsTheKeyAndWhatTheProtocolNeeds) {
  EXPECT_EQ(build_upgrade_head("KEY==", Subprotocol::kHermod),
            "GET / HTTP/1.1\r\nHost: hermod\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: KEY==\r\n"
            "Sec-WebSocket-Protocol: hermod\r\n\r\n");
  EXPECT_EQ(build_upgrade_head("KEY==", Subprotocol::kNone).find("Protocol"), std::string::npos);
}

}  // namespace
}  // namespace hermod
