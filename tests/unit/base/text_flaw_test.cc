#include "base/text_flaw.h"

#include <gtest/gtest.h>

#include <string>

namespace hermod {
namespace {

using std::string_view_literals::operator""sv;

TEST(TextFlawTest, FindsNothingInWhatIsMeant) {
  for (const std::string_view text :
       {""sv, "a"sv, "a b"sv, "it's"sv, "'"sv, "\"half"sv, "{user}"sv, "${a}b"sv, "a\"b\"c"sv,
        "p\xc3\xa4ss"sv, "\xff\xfe "sv, "\x01 binary "sv, "two\nlines"sv}) {
    EXPECT_EQ(text_flaw(text), "") << text;
  }
}

TEST(TextFlawTest, NamesWhatIsAroundAText) {
  for (const std::string_view text : {"\"a\""sv, "'a'"sv, "`a`"sv, "\"\""sv,
                                      "\xe2\x80\x9c"
                                      "a\xe2\x80\x9d"sv}) {
    EXPECT_EQ(text_flaw(text), "is in quotes") << text;
  }
  for (const std::string_view text : {" a"sv, "a "sv, "a\t"sv, "a\n"sv, "\na"sv,
                                      "\xc2\xa0"
                                      "a"sv,
                                      "a\xe2\x80\x8b"sv, "a\xef\xbb\xbf"sv}) {
    EXPECT_EQ(text_flaw(text), "begins or ends with a blank") << text;
  }
  EXPECT_EQ(text_flaw("a\r"), "ends with a carriage return");
  EXPECT_EQ(text_flaw("\xef\xbb\xbf"
                      "a"),
            "begins with a byte order mark");
  for (const std::string_view text : {"${JWT_SECRET}"sv, "$(cat key)"sv, "{{ secret }}"sv}) {
    EXPECT_EQ(text_flaw(text), "is a placeholder that was not filled in") << text;
  }
}

}  // namespace
}  // namespace hermod
