#include "base/parse.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace hermod {
namespace {

TEST(ParseTest, ANumberIsTheWholeText) {
  EXPECT_EQ(parse_number<uint16_t>("0"), 0);
  EXPECT_EQ(parse_number<uint16_t>("65535"), 65535);
  EXPECT_EQ(parse_number<int32_t>("-7"), -7);
  EXPECT_EQ(parse_number<double>("0.25"), 0.25);
  for (const char* text : {"", " 1", "1 ", "+1", "-1", "0x1", "1.5", "65536"}) {
    EXPECT_EQ(parse_number<uint16_t>(text), std::nullopt) << text;
  }
}

TEST(ParseTest, HexadecimalDigitsInBothCases) {
  EXPECT_EQ(hex_digit('0'), 0);
  EXPECT_EQ(hex_digit('9'), 9);
  EXPECT_EQ(hex_digit('a'), 10);
  EXPECT_EQ(hex_digit('F'), 15);
  for (const char c : {'g', 'G', '/', ':', '@', '`', '\0'}) EXPECT_EQ(hex_digit(c), std::nullopt);
}

TEST(ParseTest, PercentEncodingIsDecodedOrRefused) {
  EXPECT_EQ(percent_decode(""), "");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("%41%c3%A9%25"), "A\xc3\xa9%");
  for (const char* text : {"%", "%4", "a%", "%4g", "%g4", "%%41"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
}

TEST(ParseTest, BlanksAreTrimmedAtBothEnds) {
  EXPECT_EQ(trim_blanks(" \t a b\t "), "a b");
  EXPECT_EQ(trim_blanks("a"), "a");
  EXPECT_EQ(trim_blanks(" \t"), "");
  EXPECT_EQ(trim_blanks(""), "");
  EXPECT_EQ(trim_blanks("\r a\r", " \r"), "a");
}

}  // namespace
}  // namespace hermod
