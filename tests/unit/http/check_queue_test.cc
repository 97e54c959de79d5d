#include "http/check_queue.h"

#include <gtest/gtest.h>

#include <array>

#include "support/ip.h"

namespace hermod {
namespace {

using test::ip;

// The queue never dereferences the connections.
class CheckQueueTest : public ::testing::Test {
 protected:
  Connection& connection(size_t i) { return reinterpret_cast<Connection&>(places[i]); }
  size_t next() {
    return static_cast<size_t>(reinterpret_cast<char*>(queue.take_next()) - places.data());
  }

  std::array<char, 10> places{};
  CheckQueue queue{{.us_per_s = 100'000, .us_max = 1'000}};
};

TEST_F(CheckQueueTest, EachAddressInTurn) {
  for (const size_t i : {0, 1, 2, 3}) queue.add(ip("1.1.1.1"), connection(i));
  queue.add(ip("1.1.1.2"), connection(8));
  queue.add(ip("1.1.1.3"), connection(9));
  for (const size_t wanted : {0, 8, 9, 1, 2, 3}) EXPECT_EQ(next(), wanted);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.take_next(), nullptr);
}

TEST_F(CheckQueueTest, WhoLeavesIsForgotten) {
  for (const size_t i : {0, 1}) queue.add(ip("1.1.1.1"), connection(i));
  queue.add(ip("1.1.1.2"), connection(8));
  queue.remove(ip("1.1.1.1"), connection(0));
  queue.remove(ip("1.1.1.2"), connection(8));
  queue.remove(ip("1.1.1.2"), connection(8));
  EXPECT_EQ(next(), 1U);
  EXPECT_TRUE(queue.empty());
}

TEST_F(CheckQueueTest, FailedChecksUseUpAShareOfTheTime) {
  EXPECT_TRUE(queue.is_free(5'000));
  queue.charge(900);
  EXPECT_TRUE(queue.is_free(5'000));
  queue.charge(900);
  EXPECT_FALSE(queue.is_free(5'000));
  EXPECT_FALSE(queue.is_free(5'008));
  EXPECT_TRUE(queue.is_free(5'009));
  // The share never exceeds its maximum, however long there was no request.
  EXPECT_TRUE(queue.is_free(500'000));
  queue.charge(1'000);
  EXPECT_FALSE(queue.is_free(500'000));
}

TEST_F(CheckQueueTest, WhoComesLaterDoesNotOvertake) {
  queue.add(ip("1.1.1.1"), connection(0));
  EXPECT_FALSE(queue.is_free(5'000));
  EXPECT_TRUE(queue.has_share(5'000));
}

}  // namespace
}  // namespace hermod
