#include "base/refusals.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "support/recording_log.h"
#include "unit/settings/source_root.h"

namespace hermod {
namespace {

constexpr std::string_view kMarker = "<!-- from the table of refusals -->\n";

std::string code_text(const RefusalRow& row) {
  if (row.code == 0) return "-";
  return std::to_string(row.code);
}

std::string page_table() {
  std::string text =
      "\n| reason | code | error code | message | decided by | `hermod_refusals_total` |\n"
      "|---|---|---|---|---|---|\n";
  for (const RefusalRow& row : refusal_table()) {
    text += "| `" + std::string(row.reason) + "` | " + code_text(row) + " | " +
            std::string(to_string(row.error)) + " | " + std::string(row.message) + " | " +
            std::string(row.setting) + " | " + std::string(row.metric) + " |\n";
  }
  return text;
}

// If HERMOD_WRITE_DOCS is set, this test writes the page instead of comparing it.
TEST(RefusalsPageTest, MatchesTheTable) {
  const std::string path = std::string(kSourceRoot) + "/docs/refusals.md";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const size_t marker = page.find(kMarker);
  ASSERT_NE(marker, std::string::npos) << path << " has no marker";
  const std::string wanted = page.substr(0, marker) + std::string(kMarker) + page_table();
  if (std::getenv("HERMOD_WRITE_DOCS") != nullptr) {
    std::ofstream(path) << wanted;
    return;
  }
  EXPECT_TRUE(page == wanted) << "the table has changed; generate the page again with\n"
                                 "HERMOD_WRITE_DOCS=1 build/tests/unit_tests "
                                 "--gtest_filter='RefusalsPage*'";
}

TEST(RefusalsTest, EachRowHasItsOwnReasonAndSaysWhatDecides) {
  std::set<std::string_view> reasons;
  for (const RefusalRow& row : refusal_table()) {
    EXPECT_TRUE(reasons.insert(row.reason).second) << row.reason;
    EXPECT_FALSE(row.message.empty()) << row.reason;
    EXPECT_FALSE(row.setting.empty()) << row.reason;
    EXPECT_EQ(&refusal_row(row.why), &row);
  }
}

TEST(RefusalsTest, ALineNamesTheValueAndTheSetting) {
  test::RecordingLog log;
  report_refusal(log, nullptr,
                 {.why = RefusalReason::kOrigin, .value = "http://evil.example", .client = "::1"});
  ASSERT_EQ(log.lines.size(), 1U);
  EXPECT_TRUE(log.has("reason=origin"));
  EXPECT_TRUE(log.has("value=http://evil.example setting=CORS_ORIGINS code=403 client=::1"));
}

TEST(RefusalsTest, OnlyRefusedUpgradesCountAsRejectedConnections) {
  Stats stats;
  count_refusal(stats, RefusalReason::kOrigin);
  count_refusal(stats, RefusalReason::kUnknownPath);
  count_refusal(stats, RefusalReason::kAdminToken);  // AdminAccess counts it
  EXPECT_EQ(stats.connections_rejected, 1U);
  EXPECT_EQ(stats.refusals["AUTHORIZATION_ERROR"], 1U);
  EXPECT_EQ(stats.refusals["REQUEST"], 1U);
  EXPECT_EQ(stats.refusals.size(), 2U);
}

}  // namespace
}  // namespace hermod
