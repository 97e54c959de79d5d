#include "observe/audit_log.h"

#include <gtest/gtest.h>

#include <string>

#include "support/fake_clock.h"
#include "support/recording_log.h"

namespace hermod {
namespace {

using Kind = AuditEvent::Kind;

class AuditLogTest : public ::testing::Test {
 protected:
  AuditLogTest() { audit.set_on(true); }

  void refuse(const std::string& address, std::string_view reason = "token_missing") {
    audit.record({.kind = Kind::kRefusal, .address = address, .reason = reason, .code = 1008});
  }

  test::RecordingLog log;
  test::FakeClock clock;
  int asked = 0;
  AuditLog audit{log, clock, [this] { ++asked; }};
};

TEST_F(AuditLogTest, TheEndOfAConnectionNamesItsUserAndAddress) {
  audit.record({.kind = Kind::kConnect,
                .connection = 7,
                .user = "ann",
                .address = "203.0.113.9",
                .origin = "https://app.example",
                .kid = "key-1",
                .correlation_id = "c-1"});
  audit.record({.kind = Kind::kRefresh, .connection = 7, .user = "ann", .kid = "key-2"});
  audit.record({.kind = Kind::kEnd, .connection = 7, .code = 1001, .duration_ms = 1500});
  ASSERT_EQ(log.lines.size(), 3U);
  EXPECT_EQ(log.lines[0],
            "audit.connect user=ann address=203.0.113.9 origin=https://app.example kid=key-1 "
            "correlation_id=c-1 connection=7");
  EXPECT_EQ(log.lines[1],
            "audit.refresh user=ann address=203.0.113.9 kid=key-2 correlation_id=c-1 connection=7");
  EXPECT_EQ(log.lines[2],
            "audit.end user=ann address=203.0.113.9 correlation_id=c-1 code=1001 duration_ms=1500 "
            "connection=7");
}

TEST_F(AuditLogTest, ActionsOfOperatorsAndReloadsAreWritten) {
  record_admin_action(&audit, {.action = "mint", .user = "ann", .address = "::1", .code = 200});
  audit.record({.kind = Kind::kReload, .reason = "CORS_ORIGINS"});
  EXPECT_TRUE(log.has(
      "audit.admin reason=mint user=ann jti= address=::1 origin= correlation_id= code=200"));
  EXPECT_TRUE(log.has("audit.reload reason=CORS_ORIGINS"));
}

TEST_F(AuditLogTest, RepeatedRefusalsOfAnAddressBecomeOneLineWithTheirCount) {
  for (int i = 0; i < 100; ++i) refuse("203.0.113.9");
  refuse("203.0.113.9", "origin");
  ASSERT_EQ(log.lines.size(), 2U);
  EXPECT_TRUE(log.has("reason=token_missing address=203.0.113.9 count=1 code=1008"));
  EXPECT_EQ(asked, 1);
  clock.advance(AuditLog::kWindowMs);
  audit.flush();
  ASSERT_EQ(log.lines.size(), 3U);
  EXPECT_TRUE(log.has("reason=token_missing address=203.0.113.9 count=99"));
  EXPECT_EQ(asked, 1) << "nothing is left";
}

TEST_F(AuditLogTest, ManyAddressesAreLimitedInLinesAndMemoryAndAllAreCounted) {
  constexpr int kAddresses = 3'000;
  for (int i = 0; i < kAddresses; ++i) refuse("10.0." + std::to_string(i));
  EXPECT_EQ(log.lines.size(), AuditLog::kLinesPerWindow);
  size_t before = log.lines.size();
  while (asked > 0) {
    asked = 0;
    clock.advance(AuditLog::kWindowMs);
    audit.flush();
    ASSERT_LE(log.lines.size() - before, AuditLog::kLinesPerWindow);
    before = log.lines.size();
  }
  int total = 0;
  for (const std::string& line : log.lines) {
    total += std::stoi(line.substr(line.find("count=") + 6));
  }
  EXPECT_EQ(total, kAddresses);
  EXPECT_LE(log.lines.size(), AuditLog::kRefusedMax + 1);
}

TEST_F(AuditLogTest, WhatIsCollapsedIsWrittenWhenItEnds) {
  for (int i = 0; i < 50; ++i) refuse("10.0." + std::to_string(i));
  audit.set_on(false);
  EXPECT_FALSE(audit.on());
  EXPECT_TRUE(log.has("reason=several address= count=40"));
}

}  // namespace
}  // namespace hermod
