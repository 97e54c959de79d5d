#include "base/sip_hash.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text_hash.h"

namespace hermod {
namespace {

// The key of the reference implementation's test vectors: the bytes 0 to 15. The inputs also count
// up.
constexpr SipKey kKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};

std::string counting(size_t bytes) {
  std::string text;
  for (size_t i = 0; i < bytes; ++i) text += static_cast<char>(i);
  return text;
}

TEST(SipHashTest, KnowsTheReferenceVectorsOf128Bits) {
  EXPECT_EQ(long_sip_hash("", kKey), (LongHash{0xe6a825ba047f81a3, 0x930255c71472f66d}));
  EXPECT_EQ(long_sip_hash(counting(1), kKey), (LongHash{0x44af996bd8c187da, 0x45fc229b11597634}));
}

// Each length ends differently in the last word.
TEST(SipHashTest, EachByteAndTheLengthCount) {
  for (size_t bytes = 0; bytes < 40; ++bytes) {
    const std::string text = counting(bytes);
    const uint64_t hash = sip_hash(text, kKey);
    const LongHash long_hash = long_sip_hash(text, kKey);
    EXPECT_NE(sip_hash(text + '\0', kKey), hash);
    for (size_t at = 0; at < bytes; ++at) {
      std::string other = text;
      other[at] = static_cast<char>(other[at] ^ 0x80);
      EXPECT_NE(sip_hash(other, kKey), hash) << bytes << ' ' << at;
      EXPECT_NE(long_sip_hash(other, kKey), long_hash) << bytes << ' ' << at;
    }
    // The alignment of the text does not matter.
    EXPECT_EQ(sip_hash(std::string_view("x" + text).substr(1), kKey), hash);
  }
}

TEST(SipHashTest, TablesHashWithAKeyOfThisProcess) {
  EXPECT_NE(process_sip_key(), SipKey());
  EXPECT_EQ(TextHash()("teacher-1"), sip_hash("teacher-1", process_sip_key()));
  EXPECT_NE(TextHash()("teacher-1"), sip_hash("teacher-1", kKey));
}

}  // namespace
}  // namespace hermod
