#include "frames/server_frames.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hermod {
namespace {

TEST(ServerFramesTest, AWelcomeSaysWhatIsKnown) {
  EXPECT_EQ(welcome_frame({"7", "ann", "phone", 1'000, 30'000, 3}),
            R"({"type":"welcome","connection_id":"7","user":"ann","device":"phone",)"
            R"("expires_at":"1970-01-01T00:00:01.000Z","heartbeat_seconds":30,"replaying":3})");
  EXPECT_EQ(welcome_frame({"8", "\"\xc3\xa4", "", 0, 1'500, {}}),
            R"({"type":"welcome","connection_id":"8","user":"\")"
            "\xc3\xa4"
            R"(","device":null,"expires_at":"1970-01-01T00:00:00.000Z",)"
            R"("heartbeat_seconds":1.5,"replaying":null})");
}

TEST(ServerFramesTest, ANotificationIsThePayloadBetweenItsHeadAndItsEnd) {
  EXPECT_EQ(NotificationHead({{5, 2}, false, true}).text(),
            R"({"type":"notification","id":"5-2","replayed":false,"seen":true,"notification":)");
  EXPECT_EQ(NotificationHead({{}, true, false}).text(),
            R"({"type":"notification","id":null,"replayed":true,"seen":false,"notification":)");
  const NotificationHead longest({{UINT64_MAX, UINT64_MAX}, false, false});
  const std::string text = std::string(longest.text()) + "[1]" + std::string(kNotificationEnd);
  const auto frame = nlohmann::json::parse(text);
  EXPECT_EQ(frame["id"], "18446744073709551615-18446744073709551615");
  EXPECT_EQ(frame["notification"], nlohmann::json::array({1}));
  EXPECT_LT(longest.text().size(), 144u);
}

TEST(ServerFramesTest, TheOthers) {
  const StreamId ids[] = {{5, 2}, {6, 4}};
  EXPECT_EQ(seen_frame(ids), R"({"type":"seen","ids":["5-2","6-4"]})");
  EXPECT_EQ(dropped_frame(12), R"({"type":"dropped","count":12})");
  EXPECT_EQ(authenticated_frame(0),
            R"({"type":"authenticated","expires_at":"1970-01-01T00:00:00.000Z"})");
  EXPECT_EQ(error_frame(ErrorCode::kParsing, "no \"x\""),
            R"({"type":"error","code":"PARSING_ERROR","message":"no \"x\""})");
  EXPECT_EQ(goodbye_frame({1001, R"({"a":1})", 500}),
            R"({"type":"goodbye","code":1001,"reason":"{\"a\":1}","retry_after_ms":500})");
  EXPECT_EQ(goodbye_frame({4000, "\xff", {}}),
            "{\"type\":\"goodbye\",\"code\":4000,\"reason\":\"\xef\xbf\xbd\","
            "\"retry_after_ms\":null}");
}

}  // namespace
}  // namespace hermod
