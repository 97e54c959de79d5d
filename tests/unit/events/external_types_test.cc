#include "events/external_types.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

constexpr int64_t kMinute = ExternalTypes::kWindowMs;
constexpr int64_t kSilence = ExternalTypes::kSilenceMs;

class ExternalTypesTest : public ::testing::Test {
 protected:
  // Delivers external records at 0, 30 and 60 s.
  void yield_external(uint32_t topic, const std::string& type) {
    for (int64_t now : {int64_t{0}, kMinute / 2, kMinute}) types_.on_external(topic, type, now);
  }
  size_t count(int64_t now_ms) const { return types_.only_external(now_ms).size(); }

  ExternalTypes types_{{"a", "b"}};
};

TEST_F(ExternalTypesTest, ATopicOfNothingElseForAMinuteIsNamedWithTheType) {
  types_.on_external(1, "first.v1", 0);
  types_.on_external(1, "second.v1", kMinute - 1);
  EXPECT_EQ(count(kMinute - 1), 0u);
  EXPECT_EQ(count(kMinute), 0u) << "no record arrived in that millisecond";
  types_.on_external(1, "second.v1", kMinute);
  ASSERT_EQ(count(kMinute), 1u);
  EXPECT_EQ(types_.only_external(kMinute)[0]->name, "b");
  EXPECT_EQ(types_.only_external(kMinute)[0]->type, "second.v1");
}

TEST_F(ExternalTypesTest, ASingleOneIsNotEnough) {
  types_.on_external(0, "x", 0);
  for (int64_t now : {kMinute - 1, kMinute, 2 * kMinute, kSilence})
    EXPECT_EQ(count(now), 0u) << now;
}

TEST_F(ExternalTypesTest, ARecordForUsEndsIt) {
  yield_external(0, "x");
  ASSERT_EQ(count(kMinute), 1u);
  types_.on_routable(1);
  EXPECT_EQ(count(kMinute), 1u) << "the record was of another topic";
  types_.on_routable(0);
  EXPECT_EQ(count(kMinute), 0u);
  types_.on_external(0, "x", kMinute + 1);
  EXPECT_EQ(count(kMinute + 2), 0u) << "the minute begins again";
}

TEST_F(ExternalTypesTest, ASlowTopicIsNamedToo) {
  for (int64_t now : {int64_t{0}, 2 * kMinute}) types_.on_external(0, "x", now);
  EXPECT_EQ(count(2 * kMinute), 1u);
  EXPECT_EQ(count(4 * kMinute - 1), 1u) << "until the next record arrives";
}

TEST_F(ExternalTypesTest, ALongSilenceEndsItAndTheNextBeginsAgain) {
  types_.on_external(0, "x", 0);
  types_.on_external(0, "x", kMinute);
  EXPECT_EQ(count(kMinute + kSilence - 1), 1u);
  EXPECT_EQ(count(kMinute + kSilence), 0u);
  types_.on_external(0, "x", kMinute + kSilence);
  EXPECT_EQ(count(kMinute + kSilence), 0u);
}

TEST_F(ExternalTypesTest, ALongTypeIsCut) {
  yield_external(0, std::string(5000, 'x'));
  ASSERT_EQ(count(kMinute), 1u);
  EXPECT_LE(types_.only_external(kMinute)[0]->type.size(), 200u);
}

}  // namespace
}  // namespace hermod
