#include "base/process_id.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(ProcessIdTest, HasTheHostAndEightDigits) {
  const std::string id = make_process_id();
  ASSERT_EQ(id.size(), host_name().size() + 9);
  EXPECT_TRUE(id.starts_with(host_name() + "."));
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef", host_name().size() + 1), id.npos);
}

TEST(ProcessIdTest, DiffersFromStartToStart) {
  EXPECT_NE(make_process_id(), make_process_id());
}

TEST(ProcessIdTest, TheHostIsNeverEmpty) {
  EXPECT_FALSE(host_name().empty());
}

}  // namespace
}  // namespace hermod
