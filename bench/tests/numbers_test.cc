#include <gtest/gtest.h>

#include <random>
#include <set>

#include "kit/json_line.h"
#include "kit/numbered_text.h"
#include "kit/sequence_check.h"

namespace hermod::bench {
namespace {

TEST(NumberedText, HasTheSizeAndTheNumbers) {
  NumberedText text("u12", 300);
  text.stamp(41, 1'750'000'000'123'456'789);
  EXPECT_EQ(text.text().size(), 300u);
  const auto stamp = read_stamp(text.text());
  ASSERT_TRUE(stamp);
  EXPECT_EQ(stamp->sequence, 41u);
  EXPECT_EQ(stamp->sent_ns, 1'750'000'000'123'456'789);

  text.stamp(0, 1);
  EXPECT_EQ(read_stamp(text.text())->sequence, 0u);
  EXPECT_EQ(read_stamp(text.text())->sent_ns, 1);
}

TEST(NumberedText, IsAsShortAsCanBe) {
  const NumberedText text("u", 0);
  EXPECT_TRUE(text.text().ends_with("\"pad\":\"\"}}"));
}

TEST(Stamp, IsFoundInAnyText) {
  EXPECT_EQ(read_stamp(R"({"x":1,"seq": 5,"y":"t_ns","t_ns":  6})")->sequence, 5u);
  EXPECT_EQ(read_stamp(R"({"seq":7})")->sent_ns, 0);
  EXPECT_FALSE(read_stamp(R"({"sequence":5})"));
  EXPECT_FALSE(read_stamp(R"({"seq":"5"})"));
  EXPECT_FALSE(read_stamp(R"({"seq":)"));
}

TEST(SequenceCheck, TellsTheFourArrivals) {
  SequenceCheck check;
  EXPECT_EQ(check.arrive(10), Arrival::kInOrder);
  EXPECT_EQ(check.arrive(11), Arrival::kInOrder);
  EXPECT_EQ(check.arrive(14), Arrival::kAhead);
  EXPECT_EQ(check.missing(), 2u);
  EXPECT_EQ(check.arrive(12), Arrival::kLate);
  EXPECT_EQ(check.arrive(12), Arrival::kRepeat);
  EXPECT_EQ(check.arrive(14), Arrival::kRepeat);
  EXPECT_EQ(check.arrive(9), Arrival::kRepeat);
  EXPECT_EQ(check.missing(), 1u);
}

TEST(SequenceCheck, ForgetsAfterALongLeap) {
  SequenceCheck check;
  check.arrive(0);
  EXPECT_EQ(check.arrive(64), Arrival::kAhead);
  EXPECT_EQ(check.missing(), 63u);
  EXPECT_EQ(check.arrive(1), Arrival::kLate);
  EXPECT_EQ(check.arrive(1000), Arrival::kAhead);
  EXPECT_EQ(check.arrive(64), Arrival::kRepeat);
}

TEST(SequenceCheck, AgreesWithASetOnShuffledNumbers) {
  std::mt19937 random(7);
  SequenceCheck check;
  std::set<uint64_t> seen;
  uint64_t highest = 0;
  check.arrive(0);
  seen.insert(0);
  for (int i = 0; i < 5000; ++i) {
    const uint64_t back = random() % 40;
    const uint64_t number = highest + 3 > back ? highest + 3 - back : 0;
    const bool fresh = seen.insert(number).second;
    const Arrival arrival = check.arrive(number);
    EXPECT_EQ(arrival == Arrival::kRepeat, !fresh) << number;
    if (number > highest) highest = number;
    EXPECT_EQ(check.missing(), highest + 1 - seen.size());
  }
}

TEST(JsonLine, KeepsTheOrder) {
  JsonLine inner;
  inner.add("x", 0.5);
  JsonLine line;
  line.add("a", 1).add("b", std::string_view("t")).add("c", inner).add("d", 0.0 / 0.0);
  EXPECT_EQ(line.text(), R"({"a":1,"b":"t","c":{"x":0.5},"d":null})");
  EXPECT_EQ(JsonLine().text(), "{}");
}

}  // namespace
}  // namespace hermod::bench
