#include "base/named_set.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace hermod {
namespace {

struct Small : NamedSetItem<Small> {
  uint8_t wanted : 1 = 0;
};

struct Counted : NamedSetItem<Counted> {
  Counted() { ++alive; }
  ~Counted() { --alive; }
  uint64_t value = 0;
  static inline int alive = 0;
};

TEST(NamedSetTest, AddsFindsAndRemoves) {
  NamedSet<Small> set;
  Small& ann = set.get("ann");
  ann.wanted = true;
  EXPECT_EQ(set.find("ann"), &ann);
  EXPECT_EQ(&set.get("ann"), &ann);
  EXPECT_EQ(ann.name(), "ann");
  EXPECT_EQ(set.find("bob"), nullptr);
  set.get("bob");
  set.remove(*set.find("bob"));
  EXPECT_EQ(set.find("bob"), nullptr);
  EXPECT_EQ(set.find("ann"), &ann);
  EXPECT_EQ(set.size(), 1u);
  set.remove(ann);
  EXPECT_EQ(set.find("ann"), nullptr);
  EXPECT_EQ(set.size(), 0u);
}

TEST(NamedSetTest, AnyNameUpToTheLongestIsKept) {
  NamedSet<Small> set;
  const std::string zeros("a\0b", 3);
  const std::string longest(Small::kLengthMax, 'x');
  for (const std::string& name : {std::string(), zeros, longest}) {
    Small& made = set.get(name);
    EXPECT_EQ(made.name(), name);
    made.wanted = true;  // must not overlap the name
    EXPECT_EQ(made.name(), name);
    EXPECT_EQ(set.find(name), &made);
  }
  EXPECT_EQ(set.find("a"), nullptr);
}

// Objects keep their addresses while the table grows.
TEST(NamedSetTest, ManyAreFoundAndVisitedOnce) {
  constexpr int kCount = 10'000;
  {
    NamedSet<Counted> set;
    Counted* const first = &set.get("0");
    for (int i = 1; i < kCount; ++i) set.get(std::to_string(i)).value = static_cast<uint64_t>(i);
    EXPECT_EQ(Counted::alive, kCount);
    EXPECT_EQ(set.find("0"), first);
    for (int i = 0; i < kCount; ++i) {
      Counted* const found = set.find(std::to_string(i));
      ASSERT_NE(found, nullptr);
      EXPECT_EQ(found->value, static_cast<uint64_t>(i));
    }
    std::set<uint64_t> visited;
    set.for_each([&](const Counted& object) { EXPECT_TRUE(visited.insert(object.value).second); });
    EXPECT_EQ(visited.size(), static_cast<size_t>(kCount));
    NamedSet<Counted>::Cursor cursor;
    auto remove_even = [&](Counted& object) {
      if (object.value % 2 == 0) set.remove(object);
    };
    while (set.visit_some(cursor, 500, remove_even)) continue;
    EXPECT_EQ(Counted::alive, kCount / 2);
    EXPECT_EQ(set.find("2"), nullptr);
    EXPECT_NE(set.find("3"), nullptr);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(NamedSetTest, AnObjectCostsLittleMoreThanItsName) {
#if !defined(__SANITIZE_ADDRESS__)
  constexpr int kUsers = 50'000;
  const std::string uuid = "-0000-4000-8000-000000000000";
  const size_t before = mallinfo2().uordblks;
  NamedSet<Small> set;
  for (int i = 0; i < kUsers; ++i) set.get(std::to_string(10'000'000 + i) + uuid);
  const size_t bytes = (mallinfo2().uordblks - before) / kUsers;
  RecordProperty("bytes_an_object", static_cast<int>(bytes));
  EXPECT_LE(bytes, 36u + 8 + 4 + 8 + 16);  // name, link and length, table, allocation
#endif
}

TEST(NamedSetTest, VisitsInPartsWhatStaysThoughOthersComeAndGo) {
  NamedSet<Small> set;
  for (int i = 0; i < 1000; ++i) set.get("stays " + std::to_string(i));
  for (int i = 0; i < 200; ++i) set.get("goes " + std::to_string(i));
  std::map<std::string, int> seen;
  NamedSet<Small>::Cursor cursor;
  size_t parts = 0;
  size_t most = 0;
  bool more = true;
  while (more) {
    size_t count = 0;
    more = set.visit_some(cursor, 50, [&](Small& object) {
      ++seen[std::string(object.name())];
      ++count;
    });
    most = std::max(most, count);
    if (Small* gone = set.find("goes " + std::to_string(parts))) set.remove(*gone);
    // The table grows once in the meantime.
    for (int i = 0; i < 100 && parts < 10; ++i) {
      set.get("comes " + std::to_string(parts) + ' ' + std::to_string(i));
    }
    ++parts;
    ASSERT_LT(parts, 1000u);
  }
  for (int i = 0; i < 1000; ++i) EXPECT_GE(seen["stays " + std::to_string(i)], 1);
  EXPECT_GT(parts, 20u);
  EXPECT_LT(most, 60u);
  EXPECT_FALSE(set.visit_some(cursor, 50, [](Small&) { FAIL(); }));
}

}  // namespace
}  // namespace hermod
