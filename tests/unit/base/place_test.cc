#include "base/place.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(PlaceTest, PrintsAndParsesStreamIds) {
  const Place place{1719561600000, 12};
  EXPECT_EQ(to_string(place), "1719561600000-12");
  EXPECT_EQ(parse_place("1719561600000-12"), place);
}

TEST(PlaceTest, RefusesEverythingElse) {
  for (const char* text :
       {"", "-", "1", "1-", "-1", "1-2-3", " 1-2", "1-2 ", "a-1", "1-18446744073709551616"}) {
    EXPECT_FALSE(parse_place(text)) << text;
  }
}

TEST(PlaceTest, OrdersByTimeThenCount) {
  EXPECT_LT((Place{1, 9}), (Place{2, 1}));
  EXPECT_LT((Place{1, 1}), (Place{1, 2}));
  EXPECT_FALSE(Place{});
}

}  // namespace
}  // namespace hermod
