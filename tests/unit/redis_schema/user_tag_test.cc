#include "redis_schema/user_tag.h"

#include <gtest/gtest.h>

#include "redis_schema/redis_keys.h"

namespace hermod {
namespace {

std::string tag_of(std::string_view user) {
  return std::string(UserTag(user).text());
}

std::string user_of(std::string_view tag) {
  std::string space;
  return std::string(UserTag::user_of(tag, space).value_or("(none)"));
}

TEST(UserTagTest, AnOrdinaryIdIsItsOwnTag) {
  for (const char* user : {"ann", "a", "6f1c-:.@", "\xc3\xa4"}) {
    EXPECT_EQ(tag_of(user), user);
    EXPECT_EQ(user_of(user), user);
  }
}

TEST(UserTagTest, NoBraceOfAnIdReachesTheTag) {
  EXPECT_EQ(tag_of("}x"), "%7Dx");
  EXPECT_EQ(tag_of("{"), "%7B");
  EXPECT_EQ(tag_of("a{b}c%"), "a%7Bb%7Dc%25");
  EXPECT_EQ(tag_of("%7D"), "%257D");
}

TEST(UserTagTest, EachIdHasATagOfItsOwn) {
  for (const char* user : {"}x", "{", "}", "%", "%%", "a{b}c%", "%7D", "%7d", "{}{}"}) {
    EXPECT_EQ(user_of(tag_of(user)), user);
  }
}

TEST(UserTagTest, WhatNoIdIsWrittenAsHasNoUser) {
  for (const char* tag : {"a}b", "{", "%", "%7", "%7d", "%41", "x%zzy"}) {
    EXPECT_EQ(user_of(tag), "(none)") << tag;
  }
}

TEST(UserTagTest, AChannelOfStreamIdsNamesItsUser) {
  std::string space;
  const RedisNames names;
  EXPECT_EQ(names.pos_user("hermod:{ann}:pos", space), "ann");
  EXPECT_EQ(names.pos_user("hermod:{%7Dx}:pos", space), "}x");
  EXPECT_EQ(names.pos_user("hermod:{}x}:pos", space), std::nullopt);
  EXPECT_EQ(names.pos_user("hermod:{}:pos", space), std::nullopt);
  EXPECT_EQ(names.pos_user("teacher:ann:notifications", space), std::nullopt);
}

}  // namespace
}  // namespace hermod
