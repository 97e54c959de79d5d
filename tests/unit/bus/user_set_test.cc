#include "bus/user_set.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdio>
#include <string>

namespace hermod {
namespace {

TEST(UserSetTest, AddsFindsAndRemoves) {
  UserSet set;
  UserState& ann = set.add("ann");
  ann.wanted = true;
  EXPECT_EQ(&set.add("ann"), &ann);
  EXPECT_EQ(set.find("ann")->user(), "ann");
  EXPECT_TRUE(set.find("ann")->wanted);
  EXPECT_EQ(set.find("bob"), nullptr);
  set.add("bob");
  set.remove_if([](const UserState& state) { return !state.wanted; });
  EXPECT_EQ(set.find("bob"), nullptr);
  int visited = 0;
  set.for_each([&](UserState& state) { visited += state.user() == "ann" ? 1 : 100; });
  EXPECT_EQ(visited, 1);
  set.remove(ann);
  EXPECT_EQ(set.size(), 0u);
  const std::string long_id(UserState::kLengthMax, 'x');
  EXPECT_EQ(set.add(long_id).user(), long_id);
}

// The budget is for a user id of a UUID's length.
TEST(UserSetTest, AUserCostsLittle) {
#if !defined(__SANITIZE_ADDRESS__)
  constexpr int kUsers = 50'000;
  const size_t before = mallinfo2().uordblks;
  UserSet set;
  for (int i = 0; i < kUsers; ++i) {
    char id[40];
    std::snprintf(id, sizeof id, "%08d-0000-4000-8000-000000000000", i);
    set.add(id);
  }
  const size_t bytes = (mallinfo2().uordblks - before) / kUsers;
  RecordProperty("bytes_a_user", static_cast<int>(bytes));
  EXPECT_LE(bytes, 120u);
  std::printf("%zu bytes a user\n", bytes);
#endif
}

}  // namespace
}  // namespace hermod
