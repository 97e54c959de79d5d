#include "base/keyed_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace hermod {
namespace {

// The vectors of the reference implementation: the key 00 01 … 0f, the message 00 01 … of n bytes.
TEST(KeyedHashTest, IsSipHash24) {
  const KeyedHash hash(0x0706050403020100, 0x0f0e0d0c0b0a0908);
  std::string message;
  for (int i = 0; i < 15; ++i) message += static_cast<char>(i);
  EXPECT_EQ(hash(""), 0x726fdb47dd0e0e31U);
  EXPECT_EQ(hash(message.substr(0, 1)), 0x74f839c593dc67fdU);
  EXPECT_EQ(hash(message.substr(0, 8)), 0x93f5f5799a932462U);
  EXPECT_EQ(hash(message), 0xa129ca6149be45e5U);
}

TEST(KeyedHashTest, HasItsOwnKey) {
  EXPECT_NE(KeyedHash()("ada"), KeyedHash()("ada"));
}

}  // namespace
}  // namespace hermod
