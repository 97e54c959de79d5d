#include "http/upgrade_policy.h"

#include <gtest/gtest.h>

#include "support/header_field.h"
#include "support/http_server_test.h"

namespace hermod {
namespace {

using test::field;

RequestHead handshake(std::string_view origin) {
  RequestHead head;
  head.method = "GET";
  head.query = "token=good.ann";
  head.host = field("localhost:8080");
  head.origin = field(origin);
  head.upgrade = field("websocket");
  head.connection = field("Upgrade");
  head.websocket_version = field("13");
  head.websocket_key = field("dGhlIHNhbXBsZSBub25jZQ==");
  return head;
}

class UpgradePolicyTest : public ::testing::Test {
 protected:
  // 101, or the status of the fault.
  int status(LocalPages local_pages, std::string_view origin, const char* peer) {
    UpgradePolicyOptions options;
    options.local_pages = local_pages;
    UpgradePolicy policy({verifier, clock, log, stats, health, checks, refusals, upgrades},
                         std::move(options));
    const RequestHead head = handshake(origin);
    const IpAddress address = parse_address(peer).value();
    const auto decision = policy.validate({{head, address, 8080}, "an-id", {}});
    const auto* const fault = std::get_if<Fault>(&decision);
    return fault != nullptr ? fault->status : 101;
  }

  test::FakeVerifier verifier;
  test::FakeClock clock;
  test::RecordingLog log;
  Stats stats;
  test::FakeHealth health;
  test::FakeUpgrades upgrades;
  CheckQueue checks{{}};
  RefusalBudget refusals{{}};
};

TEST_F(UpgradePolicyTest, OnlyAPageOfThisServerOnThisMachineMayConnectUnlisted) {
  const char* const here = "127.0.0.1";
  EXPECT_EQ(status(LocalPages::kAllowed, "http://localhost:8080", here), 101);
  EXPECT_EQ(status(LocalPages::kAllowed, "http://localhost:8080", "203.0.113.9"), 403);
  EXPECT_EQ(status(LocalPages::kAllowed, "http://localhost:5173", here), 403);
  EXPECT_EQ(status(LocalPages::kRefused, "http://localhost:8080", here), 403);
}

}  // namespace
}  // namespace hermod
