#include "source/letter.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

std::string header(const Letter& letter, std::string_view name) {
  for (const auto& [one, value] : letter.headers) {
    if (one == name) return value.value_or("(null)");
  }
  return "(none)";
}

TEST(Letter, CutKeepsTheBeginningAndNotesTheOriginalSizeOnce) {
  Letter letter;
  letter.value = std::string(1000, 'x');
  EXPECT_TRUE(letter.cut(600));
  EXPECT_EQ(letter.value->size(), 600u);
  EXPECT_EQ(header(letter, kHeaderTruncated), "1000");
  EXPECT_TRUE(letter.cut(600));
  EXPECT_EQ(letter.value->size(), 300u);
  EXPECT_EQ(header(letter, kHeaderTruncated), "1000");
  EXPECT_EQ(letter.headers.size(), 1u);
}

TEST(Letter, CutEndsWhereNothingIsLeft) {
  Letter letter;
  EXPECT_FALSE(letter.cut(10)) << "a tombstone";
  letter.value = "x";
  EXPECT_TRUE(letter.cut(10));
  EXPECT_FALSE(letter.cut(10));
  EXPECT_EQ(letter.value, "");
}

TEST(Letter, BytesCountAllItsParts) {
  Letter letter;
  letter.key = "key";
  letter.value = "value";
  letter.headers = {{"a", "bc"}, {"d", std::nullopt}};
  EXPECT_EQ(letter.bytes(), 3u + 5u + 3u + 1u);
}

TEST(Letter, ReplaysAreANumberOrNone) {
  EXPECT_EQ(replays_of({}), 0u);
  EXPECT_EQ(replays_of({{"hermod-replays", "3"}}), 3u);
  EXPECT_EQ(replays_of({{"hermod-replays", std::nullopt}}), 0u);
  for (const char* bad : {"", "x", "3x", "-1", "99999999999999999999"}) {
    EXPECT_EQ(replays_of({{"hermod-replays", bad}}), 0u) << bad;
  }
}

}  // namespace
}  // namespace hermod
