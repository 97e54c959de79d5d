#include "dead_letters/dead_letter.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

std::string header(const DeadLetter& letter, std::string_view name) {
  for (const auto& [one, value] : letter.headers) {
    if (one == name) return value.value_or("(null)");
  }
  return "(none)";
}

TEST(DeadLetter, CutKeepsTheBeginningAndNotesTheOriginalSizeOnce) {
  DeadLetter letter;
  letter.value = std::string(1000, 'x');
  EXPECT_TRUE(letter.truncate(600));
  EXPECT_EQ(letter.value->size(), 600u);
  EXPECT_EQ(header(letter, kHeaderTruncated), "1000");
  EXPECT_TRUE(letter.truncate(600));
  EXPECT_EQ(letter.value->size(), 300u);
  EXPECT_EQ(header(letter, kHeaderTruncated), "1000");
  EXPECT_EQ(letter.headers.size(), 1u);
}

TEST(DeadLetter, CutEndsWhereNothingIsLeft) {
  DeadLetter letter;
  EXPECT_FALSE(letter.truncate(10)) << "a tombstone";
  letter.value = "x";
  EXPECT_TRUE(letter.truncate(10));
  EXPECT_FALSE(letter.truncate(10));
  EXPECT_EQ(letter.value, "");
}

TEST(DeadLetter, TruncatesHeadersAndKeyAfterTheValue) {
  DeadLetter letter;
  letter.key = std::string(100, 'k');
  letter.value = "x";
  letter.headers = {{"foreign", "y"}, {std::string(kHeaderReason), "invalid_json"}};
  EXPECT_TRUE(letter.truncate(60));
  EXPECT_EQ(letter.value, "");
  EXPECT_EQ(header(letter, "foreign"), "y");
  EXPECT_TRUE(letter.truncate(60));
  EXPECT_EQ(header(letter, "foreign"), "(none)");
  EXPECT_EQ(header(letter, kHeaderReason), "invalid_json");
  EXPECT_EQ(letter.key->size(), 100u);
  EXPECT_TRUE(letter.truncate(60));
  EXPECT_EQ(letter.key->size(), 60u);
  while (letter.truncate(60)) {
  }
  EXPECT_EQ(letter.key, "");
  EXPECT_EQ(header(letter, kHeaderReason), "invalid_json");
  EXPECT_EQ(header(letter, kHeaderTruncated), "1");
}

TEST(DeadLetter, ATruncatedTombstoneHasTheHeader) {
  DeadLetter letter;
  letter.key = "key";
  EXPECT_TRUE(letter.truncate(10));
  EXPECT_EQ(letter.value, std::nullopt);
  EXPECT_EQ(header(letter, kHeaderTruncated), "0");
}

TEST(DeadLetter, BytesCountAllItsParts) {
  DeadLetter letter;
  letter.key = "key";
  letter.value = "value";
  letter.headers = {{"a", "bc"}, {"d", std::nullopt}};
  EXPECT_EQ(letter.bytes(), 3u + 5u + 3u + 1u);
}

TEST(DeadLetter, ReplaysAreANumberOrNone) {
  EXPECT_EQ(replays_of({}), 0u);
  EXPECT_EQ(replays_of({{"hermod-replays", "3"}}), 3u);
  EXPECT_EQ(replays_of({{"hermod-replays", std::nullopt}}), 0u);
  for (const char* bad : {"", "x", "3x", "-1", "99999999999999999999"}) {
    EXPECT_EQ(replays_of({{"hermod-replays", bad}}), 0u) << bad;
  }
}

}  // namespace
}  // namespace hermod
