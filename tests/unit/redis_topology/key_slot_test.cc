#include "redis_topology/key_slot.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

// The values are those of CLUSTER KEYSLOT.
TEST(KeySlotTest, IsTheSlotThatRedisComputes) {
  EXPECT_EQ(key_slot("123456789"), 12739u);  // CRC-16/XMODEM: 0x31c3
  EXPECT_EQ(key_slot("foo"), 12182u);
  EXPECT_EQ(key_slot(""), 0u);
  EXPECT_EQ(key_slot("hermod:{foo}:stream"), 12182u);
}

TEST(KeySlotTest, OnlyTheFirstTagThatIsNotEmptyCounts) {
  EXPECT_EQ(key_slot("{user1000}.following"), key_slot("user1000"));
  EXPECT_EQ(key_slot("foo{bar}{zap}"), key_slot("bar"));
  EXPECT_EQ(key_slot("foo{{bar}}zap"), key_slot("{bar"));
  EXPECT_EQ(key_slot("}{a}"), key_slot("a"));
  EXPECT_NE(key_slot("foo{}{bar}"), key_slot("bar"));  // the first tag is empty: the whole key
  EXPECT_NE(key_slot("foo{bar"), key_slot("bar"));
}

TEST(KeySlotTest, EachSlotHasATag) {
  for (uint16_t slot = 0; slot < kSlotCount; slot = static_cast<uint16_t>(slot + 1023)) {
    const std::string tag = tag_of_slot(slot);
    EXPECT_EQ(key_slot("hermod:canary:{" + tag + "}:1"), slot);
    EXPECT_TRUE(tag.starts_with("hermod-check-")) << tag;  // not the id of a user
  }
}

}  // namespace
}  // namespace hermod
