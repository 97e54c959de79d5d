#include "http/admin_access.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "support/fake_clock.h"
#include "support/recording_log.h"

namespace hermod {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KeptAudit final : public Audit {
 public:
  void set_on(bool on) { on_ = on; }
  void record(const AuditEvent& event) override {
    events.push_back(std::string(event.reason) + ' ' + std::string(event.address));
  }
  std::vector<std::string> events;
};

class AdminAccessTest : public ::testing::Test {
 protected:
  bool ask(const IpAddress& peer, const std::string& secret = "open-sesame") {
    const std::string value = "Bearer " + secret;
    RequestHead head;
    head.authorization.value = value;
    head.authorization.count = 1;
    return access_.validate(head, peer).granted;
  }

  test::FakeClock clock_;
  test::RecordingLog log_;
  Stats stats_;
  KeptAudit audit_;
  AdminAccess access_{{clock_, log_, stats_, &audit_}, {"open-sesame", ""}};
  const IpAddress one_ = *parse_address("192.0.2.1");
  const IpAddress two_ = *parse_address("2001:db8::2");
};

TEST_F(AdminAccessTest, AnAddressSignsInOnceWhileItIsActive) {
  audit_.set_on(true);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(ask(one_));
    clock_.advance(AdminAccess::kSignInMs - 1);
  }
  EXPECT_TRUE(ask(two_));
  EXPECT_FALSE(ask(two_, "guess"));
  EXPECT_THAT(audit_.events, ElementsAre("sign_in 192.0.2.1", "sign_in 2001:db8::2"));
  clock_.advance(AdminAccess::kSignInMs);
  EXPECT_TRUE(ask(two_));
  EXPECT_EQ(audit_.events.size(), 3u);
}

TEST_F(AdminAccessTest, WithoutTheAuditLogNothingIsKept) {
  EXPECT_TRUE(ask(one_));
  EXPECT_THAT(audit_.events, IsEmpty());
  audit_.set_on(true);
  EXPECT_TRUE(ask(one_));
  EXPECT_EQ(audit_.events.size(), 1u);
}

TEST_F(AdminAccessTest, ManyAddressesAreBounded) {
  audit_.set_on(true);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(
        ask(*parse_address("10.0." + std::to_string(i / 250) + '.' + std::to_string(i % 250))));
  }
  EXPECT_EQ(audit_.events.size(), 1000u);
}

}  // namespace
}  // namespace hermod
