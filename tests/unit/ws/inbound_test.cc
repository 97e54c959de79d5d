#include "ws/inbound.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

using Outcome = Inbound::Outcome;
using Kind = Inbound::Kind;
using Keep = Inbound::Keep;

class InboundTest : public ::testing::Test {
 protected:
  // Sends a message in frames of `step` bytes each.
  Outcome take(std::string_view text, size_t step = 128, Kind kind = Kind::kText,
               Keep keep = Keep::kCandidates) {
    for (;;) {
      const std::string_view piece = text.substr(0, step);
      text.remove_prefix(piece.size());
      const Outcome outcome =
          inbound_.take({piece, kind, text.empty(), text.empty()}, now_ms_, limits_, keep);
      if (text.empty() || outcome != Outcome::kMore) return outcome;
    }
  }

  Inbound inbound_;
  InboundLimits limits_;
  int64_t now_ms_ = 1'000'000;
};

TEST_F(InboundTest, KeepsWhatMayBeAnAuthenticationAndNothingElse) {
  EXPECT_EQ(take(R"({"a":1})", 2), Outcome::kMessage);
  EXPECT_EQ(inbound_.take_message(), R"({"a":1})");
  EXPECT_EQ(take(" \r\n\t {\"a\":1}", 1), Outcome::kMessage);
  EXPECT_EQ(inbound_.take_message(), R"({"a":1})");
  EXPECT_EQ(take("hello {"), Outcome::kMore);
  EXPECT_EQ(take(""), Outcome::kMore);
  EXPECT_EQ(take("   "), Outcome::kMore);
  EXPECT_EQ(take(R"({"a":1})", 128, Kind::kBinary), Outcome::kMore);
  EXPECT_EQ(inbound_.take_message(), "");
}

TEST_F(InboundTest, ForgetsACandidateThatGrowsTooLong) {
  EXPECT_EQ(take("{" + std::string(limits_.kept_bytes_max, ' ')), Outcome::kMore);
  EXPECT_EQ(inbound_.take_message(), "");
  EXPECT_EQ(take("{" + std::string(limits_.kept_bytes_max - 1, ' ')), Outcome::kMessage);
}

TEST_F(InboundTest, KeepsEverythingWhereAsked) {
  EXPECT_EQ(take("plain", 2, Kind::kBinary, Keep::kEverything), Outcome::kMessage);
  EXPECT_EQ(inbound_.take_message(), "plain");
  EXPECT_EQ(take("", 2, Kind::kText, Keep::kEverything), Outcome::kMessage);
  EXPECT_EQ(inbound_.take_message(), "");
}

TEST_F(InboundTest, KeepsTheTextsOfAClientOfHermodV1) {
  EXPECT_EQ(take("hello", 2, Kind::kText, Keep::kFrames), Outcome::kMessage);
  EXPECT_EQ(inbound_.take_message(), "hello");
  EXPECT_EQ(take("", 2, Kind::kText, Keep::kFrames), Outcome::kMessage);
  EXPECT_EQ(inbound_.take_message(), "");
  EXPECT_EQ(take("{}", 2, Kind::kBinary, Keep::kFrames), Outcome::kMore);
  const std::string longest(limits_.frame_bytes_max, 'x');
  EXPECT_EQ(take(longest, 128, Kind::kText, Keep::kFrames), Outcome::kMessage);
  EXPECT_EQ(inbound_.take_message(), longest);
  EXPECT_EQ(take(longest + 'x', 128, Kind::kText, Keep::kFrames), Outcome::kTooLong);
  EXPECT_EQ(inbound_.take_message(), "");
  EXPECT_EQ(take("{}", 2, Kind::kText, Keep::kFrames), Outcome::kMessage);
}

TEST_F(InboundTest, BoundsAMessageAcrossItsPieces) {
  EXPECT_EQ(take(std::string(limits_.message_bytes_max, 'x')), Outcome::kMore);
  EXPECT_EQ(take(std::string(limits_.message_bytes_max, 'x')), Outcome::kMore);
  EXPECT_EQ(take(std::string(limits_.message_bytes_max + 1, 'x')), Outcome::kTooBig);
}

TEST_F(InboundTest, BoundsFramesASecondWithABurst) {
  int taken = 0;
  while (inbound_.count(1, now_ms_, limits_)) ++taken;
  EXPECT_EQ(taken, 256);
  // Refused frames count, too: a flood stays refused until its time is used up.
  now_ms_ += 1'000;
  taken = 0;
  while (inbound_.count(1, now_ms_, limits_)) ++taken;
  EXPECT_NEAR(taken, 127, 1);
}

TEST_F(InboundTest, BoundsBytesASecondWithABurst) {
  size_t taken = 0;
  while (take(std::string(1'024, 'x')) == Outcome::kMore && taken < 10'000) {
    taken += 1;
    now_ms_ += 10;  // 100 KiB per second are always allowed
    if (taken == 500) break;
  }
  EXPECT_EQ(taken, 500u);
  size_t bytes = 0;
  while (take(std::string(8 * 1024, 'x')) == Outcome::kMore) bytes += 8 * 1024;
  EXPECT_NEAR(static_cast<double>(bytes), 512 * 1024, 16 * 1024);
}

TEST(ParseAuthenticateTest, TakesTheOneObject) {
  EXPECT_EQ(parse_authenticate(R"({"type":"authenticate","token":"abc"})"), "abc");
  EXPECT_EQ(parse_authenticate(R"({ "token" : "abc" , "more":[1], "type" : "authenticate" })"),
            "abc");
  EXPECT_EQ(parse_authenticate(R"({"type":"authenticate"})"), "");
  EXPECT_EQ(parse_authenticate(R"({"type":"authenticate","token":7})"), "");
}

TEST(ParseAuthenticateTest, IgnoresEverythingElse) {
  for (const char* text :
       {"", "{", "{}", R"({"type":"authenticated"})", R"({"type":"authenticate","token":"a")",
        R"(["authenticate"])", R"({"kind":"authenticate","token":"a"})", R"("authenticate")",
        R"({"type":["authenticate"],"token":"a"})", "{\"type\":\"authenticate\xff\"}",
        R"({"type":"authenticate","token":"a"} x)"}) {
    EXPECT_EQ(parse_authenticate(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace hermod
