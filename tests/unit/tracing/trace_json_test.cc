#include "tracing/trace_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hermod {
namespace {

using nlohmann::json;

constexpr TraceContext kContext{{0x0af7651916cd43dd, 1}, 0xb7ad6b7169203331, true};

Span sample() {
  Span span;
  span.name = "hermod.record";
  span.kind = SpanKind::kConsumer;
  span.context = kContext;
  span.at.wall_ns = 1'750'000'000'000'000'001;
  return span;
}

TEST(TraceJsonTest, TheLeastOfASpan) {
  EXPECT_EQ(json::parse(span_json(sample(), 1'750'000'000'000'000'900)),
            json({{"traceId", "0af7651916cd43dd0000000000000001"},
                  {"spanId", "b7ad6b7169203331"},
                  {"name", "hermod.record"},
                  {"kind", 5},
                  {"startTimeUnixNano", "1750000000000000001"},
                  {"endTimeUnixNano", "1750000000000000900"}}));
}

TEST(TraceJsonTest, AllOfASpan) {
  Span span = sample();
  span.parent = 2;
  span.tracestate = "vendor=1";
  span.set("messaging.destination.name", "topic");
  span.set("offset", int64_t{-7});
  span.set("replayed", true);
  span.link({{3, 4}, 5, true});
  span.link({});
  span.fail({ErrorCode::kTimeout, "late"}, "bus.publish");
  const json got = json::parse(span_json(span, span.at.wall_ns));
  EXPECT_EQ(got["parentSpanId"], "0000000000000002");
  EXPECT_EQ(got["traceState"], "vendor=1");
  EXPECT_EQ(got["attributes"][0], json::parse(R"({"key":"messaging.destination.name",
                                                  "value":{"stringValue":"topic"}})"));
  EXPECT_EQ(got["attributes"][1]["value"]["intValue"], "-7");
  EXPECT_EQ(got["attributes"][2]["value"]["boolValue"], true);
  EXPECT_EQ(got["attributes"].size(), 6U);
  EXPECT_EQ(got["links"], json::parse(R"([{"traceId":"00000000000000030000000000000004",
                                            "spanId":"0000000000000005"}])"));
  EXPECT_EQ(got["status"]["code"], 2);
}

TEST(TraceJsonTest, OutsideTextIsEscapedAndCut) {
  Span span = sample();
  span.set("user", "a\"b\\c\n\x1b[31m\xff");
  span.set("long", std::string(10'000, 'x'));
  const std::string text = span_json(span, span.at.wall_ns);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_LT(text.size(), 1500U);
  const json got = json::parse(text);
  EXPECT_EQ(got["attributes"][0]["value"]["stringValue"], "a\"b\\c\n\x1b[31m\xef\xbf\xbd");
}

TEST(TraceJsonTest, ATracestateThatIsTooLongIsLeftOut) {
  Span span = sample();
  span.tracestate = std::string(513, 'x');
  EXPECT_FALSE(json::parse(span_json(span, span.at.wall_ns)).contains("traceState"));
}

TEST(TraceJsonTest, AnEndBeforeTheBeginningIsTheBeginning) {
  EXPECT_EQ(json::parse(span_json(sample(), 5))["endTimeUnixNano"], "1750000000000000001");
}

TEST(TraceJsonTest, HeadSpansAndTailAreOneRequest) {
  const std::string one = span_json(sample(), 0);
  const json request = json::parse(trace_request_head("svc\"", "1.2.3")
                                       .append(one)
                                       .append(",")
                                       .append(one)
                                       .append(kTraceRequestTail));
  const json& resource = request["resourceSpans"][0];
  EXPECT_EQ(resource["resource"]["attributes"][0]["value"]["stringValue"], "svc\"");
  EXPECT_EQ(resource["scopeSpans"][0]["scope"]["name"], "hermod");
  EXPECT_EQ(resource["scopeSpans"][0]["spans"].size(), 2U);
}

TEST(TraceJsonTest, RejectedSpansOfAnyAnswer) {
  EXPECT_EQ(rejected_spans(R"({"partialSuccess":{"rejectedSpans":"12"}})"), 12U);
  EXPECT_EQ(rejected_spans(R"({"partialSuccess":{"rejectedSpans":3}})"), 3U);
  for (const char* none : {"", "{}", "[]", "{\"partialSuccess\":{}}", "{\"partialSuccess\":null}",
                           "{\"partialSuccess\":{\"rejectedSpans\":\"x\"}}",
                           "{\"partialSuccess\":{\"rejectedSpans\":-1}}", "\xff"}) {
    EXPECT_EQ(rejected_spans(none), 0U) << none;
  }
}

}  // namespace
}  // namespace hermod
