#include "tracing/trace_headers.h"

#include <gmock/gmock.h>

namespace hermod {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(TraceHeadersTest, ReadsAList) {
  EXPECT_THAT(*parse_trace_headers(""), IsEmpty());
  EXPECT_THAT(*parse_trace_headers("api-key=secret"), ElementsAre(Pair("api-key", "secret")));
  EXPECT_THAT(*parse_trace_headers(" a = b , Authorization=Bearer%20x%3D%2C,c=d=e,empty=,"),
              ElementsAre(Pair("a", "b"), Pair("Authorization", "Bearer x=,"), Pair("c", "d=e"),
                          Pair("empty", "")));
}

TEST(TraceHeadersTest, RejectsMalformedHeaders) {
  for (const char* text : {"a", "=b", "a b=c", "a:=b", "a=%", "a=%2", "a=%zz", "a=%0d%0aX: y",
                           "a=%00", "a=b\n", "\xc3\xa4=b", "a=b,c"}) {
    EXPECT_FALSE(parse_trace_headers(text)) << text;
  }
}

TEST(TraceHeadersTest, RefusesHeadersThatTheExporterSets) {
  for (const char* text :
       {"Content-Type=text/plain", "content-length=1", "EXPECT=x", "Transfer-Encoding=chunked"}) {
    EXPECT_FALSE(parse_trace_headers(text)) << text;
  }
}

}  // namespace
}  // namespace hermod
