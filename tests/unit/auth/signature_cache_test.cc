#include "auth/signature_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace hermod {
namespace {

TEST(SignatureCacheTest, RemembersWhatWasSaid) {
  SignatureCache memory;
  const LongHash good = memory.hash("good");
  const LongHash bad = memory.hash("bad");
  EXPECT_EQ(memory.find(good), std::nullopt);
  memory.insert(good, true);
  memory.insert(bad, false);
  EXPECT_EQ(memory.find(good), true);
  EXPECT_EQ(memory.find(bad), false);
  EXPECT_EQ(memory.find(memory.hash("other")), std::nullopt);
}

TEST(SignatureCacheTest, AFloodOfBadOnesDisplacesNoGoodOne) {
  SignatureCache memory;
  const auto known = [&memory] {
    int count = 0;
    for (int i = 0; i < 1'000; ++i) {
      count += memory.find(memory.hash("good" + std::to_string(i))) == true ? 1 : 0;
    }
    return count;
  };
  for (int i = 0; i < 1'000; ++i) memory.insert(memory.hash("good" + std::to_string(i)), true);
  // The key is random: about once in thirty runs, five of them share a bucket, which keeps four.
  const int before = known();
  EXPECT_GE(before, 990);
  for (int i = 0; i < 50'000; ++i) memory.insert(memory.hash("bad" + std::to_string(i)), false);
  EXPECT_EQ(known(), before);
}

TEST(SignatureCacheTest, TheOldestGivesWay) {
  SignatureCache memory;
  for (int i = 0; i < 100'000; ++i) memory.insert(memory.hash("good" + std::to_string(i)), true);
  EXPECT_EQ(memory.find(memory.hash("good0")), std::nullopt);
  EXPECT_EQ(memory.find(memory.hash("good99999")), true);
}

// The hash is keyed, so an attacker cannot choose tokens that share a bucket or a hash.
TEST(SignatureCacheTest, EachHasAKeyOfItsOwnAndANewOneOnceItIsCleared) {
  SignatureCache one;
  SignatureCache other;
  const LongHash hash = one.hash("token");
  EXPECT_NE(hash, other.hash("token"));
  one.insert(hash, true);
  one.clear();
  EXPECT_EQ(one.find(hash), std::nullopt);
  EXPECT_NE(one.hash("token"), hash);
}

}  // namespace
}  // namespace hermod
