#include "redis_schema/event_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace hermod {
namespace {

// Processes of other versions and machines compute the same values.
TEST(EventHashTest, NeverChanges) {
  EXPECT_EQ(event_hash(""), 1622210670741801569u);
  EXPECT_EQ(event_hash("event-1"), 1790845113788713714u);
  EXPECT_EQ(event_hash("0f0e7bb8-3f3f-4f3a-9d0e-5f2a4d3c2b1a"), 134963366881940089u);
  EXPECT_EQ(event_hash(std::string(300, 'x')), 5974264806455384746u);
}

TEST(EventHashTest, DiffersForEachEventAndFitsIntoASignedInteger) {
  std::set<uint64_t> hashes;
  for (int i = 0; i < 10'000; ++i) {
    const uint64_t hash = event_hash("event-" + std::to_string(i));
    EXPECT_GT(hash, 0u);
    EXPECT_LE(hash, uint64_t{INT64_MAX});
    hashes.insert(hash);
  }
  EXPECT_EQ(hashes.size(), 10'000u);
}

}  // namespace
}  // namespace hermod
