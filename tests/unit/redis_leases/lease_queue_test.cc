#include "redis_leases/lease_queue.h"

#include <gmock/gmock.h>

namespace hermod {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

LeaseRequest request(std::string_view user, uint32_t count, uint32_t held) {
  return {user, count, held, 5};
}

TEST(LeaseQueueTest, OneWriteOfAUserIsInFlight) {
  LeaseQueue queue;
  queue.set(request("ann", 1, 0), 10);
  queue.set(request("ann", 2, 0), 20);
  EXPECT_EQ(queue.send().second.count, 2u);
  EXPECT_FALSE(queue.has_ready());
  queue.set(request("ann", 1, 1), 30);
  EXPECT_FALSE(queue.has_ready());  // until the reply
  LeaseQueue::Entry* const entry = queue.pop();
  ASSERT_NE(entry, nullptr);
  EXPECT_TRUE(entry->second.changed);
  queue.finish(*entry);
  EXPECT_EQ(queue.send().second.count, 1u);
  queue.finish(*queue.pop());
  EXPECT_EQ(queue.size(), 0u);
}

TEST(LeaseQueueTest, ALostWriteIsReadyAgain) {
  LeaseQueue queue;
  queue.set(request("ann", 1, 0), 10);
  queue.send();
  queue.retry(*queue.pop());
  EXPECT_TRUE(queue.has_ready());
  queue.send();
  queue.delay(*queue.pop());
  EXPECT_FALSE(queue.has_ready());
  queue.set(request("ann", 2, 0), 20);  // the delay stays
  EXPECT_FALSE(queue.has_ready());
  queue.resume_delayed();
  EXPECT_EQ(queue.send().second.count, 2u);
}

TEST(LeaseQueueTest, GrantsThoseWhoWait) {
  LeaseQueue queue;
  queue.set(request("ann", 2, 1), 10);
  queue.set(request("bob", 1, 1), 10);
  EXPECT_THAT(queue.asked(), ElementsAre(Pair("ann", 2u)));
  queue.keep_all();
  EXPECT_TRUE(queue.asked().empty());
  EXPECT_FALSE(queue.send().second.asked());
  queue.ask_all();
  EXPECT_TRUE(queue.send().second.asked());
  LeaseQueue::Entry* const first = queue.pop();
  EXPECT_TRUE(first->second.changed);  // it was in flight, and is asked for again
}

TEST(LeaseQueueTest, ReleasesUsers) {
  LeaseQueue queue;
  queue.set(request("ann", 1, 0), 10);
  queue.send();
  queue.set(request("amy", 1, 0), 10);
  queue.send();
  queue.delay(*queue.pop());
  queue.set(request("abe", 0, 0), 10);
  queue.set(request("bob", 1, 0), 10);
  const auto released = queue.release([](std::string_view user) { return user.starts_with('a'); });
  EXPECT_EQ(released.size(), 3u);
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.pop(), nullptr);
  queue.resume_delayed();
  EXPECT_EQ(queue.send().first, "bob");
  EXPECT_FALSE(queue.has_ready());
}

}  // namespace
}  // namespace hermod
