#include "tracing/trace_endpoint.h"

#include <gmock/gmock.h>

namespace hermod {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(TraceEndpointTest, AppendsPortAndPath) {
  struct Case {
    const char* endpoint;
    const char* url;
  };
  for (const Case& one : {
           Case{"http://collector", "http://collector:4318/v1/traces"},
           Case{"http://collector:80/", "http://collector:80/v1/traces"},
           Case{"http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"},
           Case{"http://[::1]:9", "http://[::1]:9/v1/traces"},
           Case{"http://[::1]", "http://[::1]:4318/v1/traces"},
           Case{"http://h/otlp/", "http://h:4318/otlp/v1/traces"},
           Case{"https://h", "https://h/v1/traces"},
           Case{"https://h:8443/otlp//", "https://h:8443/otlp/v1/traces"},
       }) {
    auto parsed = trace_url(one.endpoint);
    ASSERT_TRUE(parsed.ok()) << one.endpoint;
    EXPECT_EQ(parsed.value(), one.url);
  }
}

TEST(TraceEndpointTest, WhatItCannotServeIsRefused) {
  for (const char* url :
       {"", "collector:4318", "grpc://h:4317", "http://", "https://", "http://:80",
        "http://h:", "http://h:0", "http://h:65536", "http://h:8x", "http://[::1", "http://[]",
        "http://[::1]x", "http://h/a b", "http://h/\r\nX: y", "http://h/p?q=1", "http://h#f"}) {
    auto parsed = trace_url(url);
    ASSERT_FALSE(parsed.ok()) << url;
    EXPECT_THAT(parsed.error().message, StartsWith("OTEL_EXPORTER_OTLP_ENDPOINT must be"));
    EXPECT_EQ(parsed.error().code, ErrorCode::kConfiguration);
  }
}

TEST(TraceEndpointTest, APasswordIsRefusedAndNotShown) {
  const auto refused = trace_url("http://user:hidden@h:4318");
  EXPECT_THAT(refused.error().message, HasSubstr("user name or a password"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("hidden")));
}

}  // namespace
}  // namespace hermod
