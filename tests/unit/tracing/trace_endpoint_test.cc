#include "tracing/trace_endpoint.h"

#include <gmock/gmock.h>

namespace hermod {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(TraceEndpointTest, HostPortAndPath) {
  struct Case {
    const char* url;
    const char* host;
    uint16_t port;
    const char* authority;
    const char* path;
  };
  for (const Case& one : {
           Case{"http://collector", "collector", 4318, "collector", "/v1/traces"},
           Case{"http://collector:80/", "collector", 80, "collector:80", "/v1/traces"},
           Case{"http://127.0.0.1:4318", "127.0.0.1", 4318, "127.0.0.1:4318", "/v1/traces"},
           Case{"http://[::1]:9", "::1", 9, "[::1]:9", "/v1/traces"},
           Case{"http://[::1]", "::1", 4318, "[::1]", "/v1/traces"},
           Case{"http://h/otlp/", "h", 4318, "h", "/otlp/v1/traces"},
       }) {
    auto parsed = parse_trace_endpoint(one.url);
    ASSERT_TRUE(parsed.ok()) << one.url;
    EXPECT_EQ(parsed.value().host, one.host);
    EXPECT_EQ(parsed.value().port, one.port);
    EXPECT_EQ(parsed.value().authority, one.authority);
    EXPECT_EQ(parsed.value().path, one.path);
  }
}

TEST(TraceEndpointTest, WhatItCannotServeIsRefused) {
  for (const char* url :
       {"", "collector:4318", "grpc://h:4317", "http://", "http://:80", "http://h:", "http://h:0",
        "http://h:65536", "http://h:8x", "http://[::1", "http://[::1]x", "http://h/a b",
        "http://h/\r\nX: y", "http://h/p?q=1", "http://h#f"}) {
    auto parsed = parse_trace_endpoint(url);
    ASSERT_FALSE(parsed.ok()) << url;
    EXPECT_THAT(parsed.error().message, StartsWith("OTEL_EXPORTER_OTLP_ENDPOINT must be"));
    EXPECT_EQ(parsed.error().code, ErrorCode::kConfiguration);
  }
}

TEST(TraceEndpointTest, HttpsAndPasswordsAreRefusedInWordsOfTheirOwn) {
  EXPECT_THAT(parse_trace_endpoint("https://h:4318").error().message,
              HasSubstr("https URL, which hermod does not support"));
  const auto refused = parse_trace_endpoint("http://user:hidden@h:4318");
  EXPECT_THAT(refused.error().message, HasSubstr("user name or a password"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("hidden")));
}

}  // namespace
}  // namespace hermod
