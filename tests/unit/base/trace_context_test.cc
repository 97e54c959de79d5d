#include "base/trace_context.h"

#include <gtest/gtest.h>

#include <string>

#include "base/tracer.h"

namespace hermod {
namespace {

constexpr char kSample[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
constexpr TraceContext kContext{{0x0af7651916cd43dd, 0x8448eb211c80319c}, 0xb7ad6b7169203331, true};

TEST(TraceContextTest, ReadsAndWritesTheSpecificationsExample) {
  EXPECT_EQ(parse_traceparent(kSample), kContext);
  EXPECT_EQ(format_traceparent(kContext), kSample);
  EXPECT_EQ(to_hex(kContext.trace), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(to_hex(kContext.span), "b7ad6b7169203331");
}

TEST(TraceContextTest, TheSampledFlagIsTheLowestBit) {
  std::string text = kSample;
  text.replace(53, 2, "fe");
  ASSERT_TRUE(parse_traceparent(text));
  EXPECT_FALSE(parse_traceparent(text)->sampled);
  text.replace(53, 2, "03");
  EXPECT_TRUE(parse_traceparent(text)->sampled);
}

TEST(TraceContextTest, LeadingZerosStay) {
  const TraceContext small{{0, 1}, 2, false};
  EXPECT_EQ(format_traceparent(small), "00-00000000000000000000000000000001-0000000000000002-00");
  EXPECT_EQ(parse_traceparent(format_traceparent(small)), small);
}

TEST(TraceContextTest, AHigherVersionMayHaveMoreBehind) {
  std::string text = kSample;
  text.replace(0, 2, "cc");
  EXPECT_EQ(parse_traceparent(text), kContext);
  EXPECT_EQ(parse_traceparent(text + "-what-the-future-brings"), kContext);
  EXPECT_FALSE(parse_traceparent(text + ".no"));
}

TEST(TraceContextTest, WhatIsMalformedIsNoContext) {
  const std::string good = kSample;
  const auto with = [&good](size_t at, std::string_view what) {
    std::string text = good;
    return text.replace(at, what.size(), what);
  };
  for (const std::string& bad : {
           std::string(),
           good.substr(0, 54),
           good + "-00",
           good + " ",
           with(0, "ff"),
           with(0, "0x"),
           with(2, "_"),
           with(35, "0"),
           with(52, "0"),
           with(3, "0AF7651916CD43DD"),
           with(3, "00000000000000000000000000000000"),
           with(36, "0000000000000000"),
           with(36, "b7ad6b716920333g"),
           with(53, "0/"),
       }) {
    EXPECT_FALSE(parse_traceparent(bad)) << bad;
  }
}

TEST(SpanTest, OneThatIsNotRecordingKeepsNothing) {
  Span span;
  span.set("user", "u");
  span.link(kContext);
  span.fail({ErrorCode::kTimeout, "late"}, "redis.publish");
  EXPECT_TRUE(span.attributes.empty());
  EXPECT_TRUE(span.links.empty());
}

TEST(SpanTest, AnErrorStandsInItAsErrorDetail) {
  Span span;
  span.context = kContext;
  span.fail({ErrorCode::kTimeout, "late"}, "redis.publish");
  ASSERT_EQ(span.attributes.size(), 3U);
  EXPECT_EQ(span.attributes[0].key, "error_detail.error_code");
  EXPECT_EQ(std::get<std::string>(span.attributes[0].value), "TIMEOUT");
  EXPECT_TRUE(span.failed);
}

}  // namespace
}  // namespace hermod
