#include "base/utf8_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace hermod {
namespace {

enum class Text { kWhole, kCut, kBad };

Text read(std::string_view text, size_t step) {
  Utf8Reader reader;
  for (; !text.empty(); text.remove_prefix(std::min(step, text.size()))) {
    if (!reader.take(text.substr(0, step))) return Text::kBad;
  }
  return reader.complete() ? Text::kWhole : Text::kCut;
}

TEST(Utf8ReaderTest, AgreesWithTheWholeTextsJudgeOnEveryPairOfFirstBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      for (const std::string_view rest : {"", "\x80", "\xbf\xbf", "a"}) {
        std::string text{static_cast<char>(first), static_cast<char>(second)};
        text += rest;
        ASSERT_EQ(read(text, 1) == Text::kWhole, is_utf8(text)) << first << ' ' << second;
        ASSERT_EQ(read(text, 1), read(text, 16));
      }
    }
  }
}

TEST(Utf8ReaderTest, TellsACutCharacterFromABadOne) {
  for (const std::string_view whole : {"\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
    EXPECT_EQ(read(whole, 1), Text::kWhole);
    for (size_t bytes = 1; bytes < whole.size(); ++bytes)
      EXPECT_EQ(read(whole.substr(0, bytes), 1), Text::kCut);
  }
  EXPECT_EQ(read("\xed\xa0", 1), Text::kBad);
  EXPECT_EQ(read("\xf4\x90", 1), Text::kBad);
  EXPECT_EQ(read("\xe0\x80", 1), Text::kBad);
}

TEST(Utf8ReaderTest, BeginsAnew) {
  Utf8Reader reader;
  EXPECT_TRUE(reader.take("\xf0"));
  reader.reset();
  EXPECT_TRUE(reader.complete());
  EXPECT_TRUE(reader.take("a"));
}

}  // namespace
}  // namespace hermod
