#include "tracing/export_outcome.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

using enum ExportOutcome::Next;

ExportOutcome of(int status, uint32_t retry_after_s = 0, const std::string& body = "{}") {
  return export_outcome({.status = status, .retry_after_s = retry_after_s, .body = body}, 10);
}

TEST(ExportOutcomeTest, OnlyTemporaryStatusesAreRetried) {
  for (const int status : {429, 502, 503, 504}) EXPECT_EQ(of(status).next, kRetry) << status;
  for (const int status : {200, 202, 301, 400, 401, 404, 413, 500, 501, 505}) {
    EXPECT_EQ(of(status).next, kContinue) << status;
  }
}

TEST(ExportOutcomeTest, TheDelayIsLimited) {
  EXPECT_EQ(of(503).retry_after_ms, 0U);
  EXPECT_EQ(of(429, 7).retry_after_ms, 7000U);
  EXPECT_EQ(of(503, 4'000'000).retry_after_ms, 300'000U);
}

TEST(ExportOutcomeTest, CountsRejectedSpans) {
  EXPECT_EQ(of(200).rejected, 0U);
  EXPECT_EQ(of(200, 0, R"({"partialSuccess":{"rejectedSpans":"3"}})").rejected, 3U);
  EXPECT_EQ(of(200, 0, R"({"partialSuccess":{"rejectedSpans":"30"}})").rejected, 10U);
  EXPECT_EQ(of(200, 0, "cut after the li").rejected, 0U);
  EXPECT_EQ(of(400).rejected, 10U);
  EXPECT_EQ(of(302).rejected, 10U);
}

}  // namespace
}  // namespace hermod
