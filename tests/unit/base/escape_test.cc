#include "base/escape.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace hermod {
namespace {

TEST(Escape, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(escaped("Grüße, 東京 🙂"), "Grüße, 東京 🙂");
}

TEST(Escape, QuotesAndBackslashesStayInsideAString) {
  EXPECT_EQ(escaped(R"(say "hi" \ bye)"), R"(say \"hi\" \\ bye)");
}

TEST(Escape, NothingActsOnATerminal) {
  EXPECT_EQ(escaped("a\nb\rc\td"), R"(a\nb\rc\td)");
  EXPECT_EQ(escaped("\x1b[2J\x07\x7f"), R"(\u001b[2J\u0007\u007f)");
  EXPECT_EQ(escaped("\xc2\x9b"), R"(\u009b)");
  EXPECT_EQ(escaped(std::string_view("\0", 1)), R"(\u0000)");
}

TEST(Escape, NothingTurnsTheDirectionOfText) {
  EXPECT_EQ(escaped("\u202a\u202e"), R"(\u202a\u202e)");
  EXPECT_EQ(escaped("\u2066\u2069"), R"(\u2066\u2069)");
  EXPECT_EQ(escaped("\u200e\u200f\u061c"), R"(\u200e\u200f\u061c)");
  EXPECT_EQ(escaped("\u2028\u2029\ufeff"), R"(\u2028\u2029\ufeff)");
}

TEST(Escape, EachInvalidByteIsReplaced) {
  EXPECT_EQ(escaped("a\xff\xfe"), R"(a\ufffd\ufffd)");
  EXPECT_EQ(escaped("\xc0\xaf"), R"(\ufffd\ufffd)");                      // overlong
  EXPECT_EQ(escaped("\xed\xa0\x80"), R"(\ufffd\ufffd\ufffd)");            // surrogate
  EXPECT_EQ(escaped("\xf4\x90\x80\x80"), R"(\ufffd\ufffd\ufffd\ufffd)");  // above U+10FFFF
  EXPECT_EQ(escaped("\xe2\x82"), R"(\ufffd\ufffd)");                      // truncated
  EXPECT_EQ(escaped("\xe2(\xa1"), R"(\ufffd(\ufffd)");
}

TEST(Escape, IsCutAtItsBoundOnACharactersBorder) {
  EXPECT_EQ(escaped("abcdef", 6), "abcdef");
  EXPECT_EQ(escaped("abcdefg", 6), "abcdef\u2026");
  EXPECT_EQ(escaped("abcde€", 6), "abcde\u2026");
  const std::string cut = escaped(std::string(100'000, 'x'));
  EXPECT_EQ(cut, std::string(kOutsideTextBytesMax, 'x') + "\u2026");
}

TEST(Escape, AHarmlessTextIsTheSameJson) {
  const std::string json = R"({"say":"\"hi\"",)"
                           "\t"
                           R"("ä":"🙂"})";
  EXPECT_EQ(harmless(json), json);
  EXPECT_EQ(harmless(std::string(100'000, 'x')).size(), 100'000U);
  EXPECT_EQ(harmless("\x1b[2J\x7f\xc2\x9b\u202e\xff\r\n"),
            R"(\u001b[2J\u007f\u009b\u202e\ufffd\u000d\u000a)");
}

TEST(Escape, WhateverGoesInUtf8ComesOut) {
  std::string bytes;
  for (unsigned seed = 1; seed < 4000; ++seed) {
    bytes += static_cast<char>((seed * 2'654'435'761U) >> 24);
  }
  const std::string out = escaped(bytes, bytes.size());
  EXPECT_TRUE(is_utf8(out));
  for (const char c : out) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
}

}  // namespace
}  // namespace hermod
