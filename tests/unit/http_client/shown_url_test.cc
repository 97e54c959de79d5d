#include "http_client/shown_url.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(ShownUrlTest, OmitsWhatMayBeSecret) {
  EXPECT_EQ(shown_url("https://h:8443/a/b"), "https://h:8443/a/b");
  EXPECT_EQ(shown_url("https://user:secret@h/a"), "https://h/a");
  EXPECT_EQ(shown_url("https://user:se@cret@h"), "https://h");
  EXPECT_EQ(shown_url("https://h/a@b"), "https://h/a@b");
  EXPECT_EQ(shown_url("https://h/a?key=secret#part"), "https://h/a");
  EXPECT_EQ(shown_url("https://h?key=sec/ret@x"), "https://h");
  EXPECT_EQ(shown_url("https://h#/user:secret@x"), "https://h");
  EXPECT_EQ(shown_url("user:secret@h/a"), "h/a");
  EXPECT_EQ(shown_url(""), "");
}

}  // namespace
}  // namespace hermod
