// The findings of `hermod check` on a real Kafka with an authorizer.

#include <gmock/gmock.h>

#include "kafka/kafka_probe.h"
#include "kafka_source/kafka_check.h"
#include "kafka_source/kafka_service_clients.h"
#include "support/kafka_server.h"

namespace hermod {
namespace {

using test::KafkaServer;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kCheckedTopic = "notifications";
constexpr const char* kLetters = "dead-letters";
constexpr const char* kGroup = "hermod-group";

KafkaCheckOptions options_for(const std::string& brokers) {
  KafkaCheckOptions options;
  options.brokers = brokers;
  options.group = kGroup;
  options.topics = {kCheckedTopic};
  options.dead_letter_topic = kLetters;
  return options;
}

struct AclRight {
  std::string resource, name, operation;
};

// The permissions that docs/deploy.md lists.
const std::vector<AclRight> kAclRights = {
    {"topic", kCheckedTopic, "read"}, {"topic", kCheckedTopic, "describe"},
    {"group", kGroup, "read"},        {"group", kGroup, "describe"},
    {"topic", kLetters, "write"},     {"topic", kLetters, "describe"}};

class SourceCheckTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = KafkaServer::unavailable(); !why.empty()) GTEST_SKIP() << why;
    server_ = std::make_unique<KafkaServer>("", KafkaServer::Acl::kOn);
    ASSERT_TRUE(server_->start());
    ASSERT_TRUE(server_->create_topic(kCheckedTopic, 2));
    ASSERT_TRUE(server_->create_topic(kLetters, 1));
    ASSERT_TRUE(knows_the_topics());
  }

  // The broker reports a topic shortly after the controller has created it.
  bool knows_the_topics() {
    for (int i = 0; i < 1000; ++i) {
      const auto answer = kafka_probe({.brokers = server_->bootstrap()}, {kCheckedTopic, kLetters});
      if (!answer) return false;
      const auto& topics = answer.value().topics;
      if (topics[0].partitions == 2 && topics[1].partitions == 1) return true;
    }
    return false;
  }

  // Runs the check as User:hermod with these permissions only.
  KafkaCheck check(const std::vector<AclRight>& rights) {
    EXPECT_TRUE(server_->allow_nothing());
    for (const AclRight& right : rights) {
      EXPECT_TRUE(server_->allow(right.resource, right.name, right.operation));
    }
    KafkaCheckOptions options = options_for(server_->sasl_bootstrap());
    options.properties = {{"security.protocol", "sasl_plaintext"},
                          {"sasl.mechanism", "PLAIN"},
                          {"sasl.username", "hermod"},
                          {"sasl.password", "secret"}};
    return check_kafka(options).take();
  }

  std::unique_ptr<KafkaServer> server_;
};

TEST_F(SourceCheckTest, NamesTheRightThatIsMissing) {
  EXPECT_THAT(check(kAclRights).errors, IsEmpty());
  // Read implies Describe, so Describe is missing only if Read is missing too.
  EXPECT_THAT(check({kAclRights[2], kAclRights[3], kAclRights[4]}).errors,
              ElementsAre(AllOf(HasSubstr(kCheckedTopic), HasSubstr("lacks Describe"))));
  EXPECT_THAT(check({kAclRights[1], kAclRights[2], kAclRights[4]}).errors,
              ElementsAre(AllOf(HasSubstr(kCheckedTopic), HasSubstr("lacks Read on the topic"))));
  EXPECT_THAT(check({kAclRights[0], kAclRights[4]}).errors,
              ElementsAre(AllOf(HasSubstr(kGroup), HasSubstr("lacks Describe on the group"))));
  EXPECT_THAT(check({kAclRights[0], kAclRights[3], kAclRights[4]}).errors,
              ElementsAre(AllOf(HasSubstr(kGroup), HasSubstr("lacks Read on the group"))));
  EXPECT_THAT(check({kAclRights[0], kAclRights[2]}).errors,
              ElementsAre(AllOf(HasSubstr(kLetters), HasSubstr("lacks Describe"))));
}

TEST_F(SourceCheckTest, AMissingTopicIsAWarningWhileAnotherExists) {
  KafkaCheckOptions options = options_for(server_->bootstrap());
  options.topics = {kCheckedTopic, "absent"};
  const KafkaCheck one = check_kafka(options).take();
  EXPECT_THAT(one.errors, IsEmpty());
  EXPECT_THAT(one.warnings, ElementsAre(HasSubstr("absent")));
  options.topics = {"absent"};
  EXPECT_THAT(check_kafka(options).take().errors, ElementsAre(HasSubstr("absent")));
  options.topics = {kCheckedTopic};
  options.presence_topic = "absent";
  EXPECT_THAT(check_kafka(options).take().warnings,
              ElementsAre(HasSubstr("the presence topic absent does not exist")));
  options.topics.clear();
  options.presence_topic = kLetters;
  options.dead_letter_topic.clear();
  const KafkaCheck presence_only = check_kafka(options).take();
  EXPECT_THAT(presence_only.errors, IsEmpty());
  EXPECT_THAT(presence_only.warnings, IsEmpty());
}

TEST(SourceCheckAnswerTest, NamesABrokerThatDoesNotAnswer) {
  KafkaCheckOptions options = options_for("127.0.0.1:1");
  options.timeout_ms = 1000;
  EXPECT_THAT(check_kafka(options).take().errors, ElementsAre(HasSubstr("127.0.0.1:1")));
}

KafkaSourceOptions source_with(const KafkaProperties& properties) {
  KafkaSourceOptions options;
  options.dead_letter_topic = kLetters;
  options.properties = properties;
  return options;
}

TEST(SourceCheckAnswerTest, ClientsAreMadeWithoutABroker) {
  EXPECT_TRUE(check_kafka_clients(source_with({})));
  EXPECT_FALSE(check_kafka_clients(source_with(
      {{"security.protocol", "sasl_plaintext"}, {"sasl.mechanism", "NO-SUCH-MECHANISM"}})));
  EXPECT_FALSE(check_kafka_clients(
      source_with({{"security.protocol", "ssl"}, {"ssl.ca.location", "/absent"}})));
}

// These properties contradict each other only in the clients that the service creates.
TEST(SourceCheckAnswerTest, ClientsAreTheOnesOfTheService) {
  EXPECT_TRUE(check_kafka_clients(source_with({{"max.poll.interval.ms", "10000"}})));
  const auto fetched = check_kafka_clients(source_with({{"message.max.bytes", "20000000"}}));
  ASSERT_FALSE(fetched);
  EXPECT_THAT(fetched.error().message, HasSubstr("fetch.max.bytes"));
  const auto lingering = check_kafka_clients(source_with({{"linger.ms", "6000"}}));
  ASSERT_FALSE(lingering);
  EXPECT_THAT(lingering.error().message, HasSubstr("linger.ms"));
  KafkaSourceOptions none = source_with({{"linger.ms", "6000"}});
  none.dead_letter_topic.clear();
  EXPECT_TRUE(check_kafka_clients(none)) << "no client is created for dead letters";
}

}  // namespace
}  // namespace hermod
