// The queue of dead letters: its order, its limits, and the dead letters in flight.
#include "dead_letters/dead_letter_queue.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace hermod {
namespace {

using Batch = DeadLetterQueue::Batch;

DeadLetter letter(int64_t offset, size_t bytes = 10) {
  DeadLetter made;
  made.position.offset = offset;
  made.value = std::string(bytes, 'x');
  return made;
}

DeadLetterOptions limits(size_t count, size_t bytes) {
  DeadLetterOptions options;
  options.dead_letters_max = count;
  options.bytes_max = bytes;
  options.truncated_bytes = 4;
  return options;
}

TEST(DeadLetterQueue, IsFullAtEitherLimit) {
  const test::FakeClock clock;
  DeadLetterQueue by_count(limits(2, 1000), clock);
  by_count.push(letter(1));
  EXPECT_FALSE(by_count.full());
  by_count.push(letter(2));
  EXPECT_TRUE(by_count.full());
  by_count.remove(*by_count.first_waiting());
  EXPECT_FALSE(by_count.full());

  DeadLetterQueue by_bytes(limits(100, 10), clock);
  by_bytes.push(letter(1, 10));
  EXPECT_TRUE(by_bytes.full());
  EXPECT_TRUE(by_bytes.truncate(*by_bytes.first_waiting()));
  EXPECT_EQ(by_bytes.first_waiting()->letter.value, "xxxx");
}

TEST(DeadLetterQueue, ListsTheWaitingOnesInOrder) {
  const test::FakeClock clock;
  DeadLetterQueue queue(limits(10, 1000), clock);
  for (int64_t i = 1; i <= 3; ++i) queue.push(letter(i));
  DeadLetterQueue::Entry& first = *queue.first_waiting();
  DeadLetterQueue::Entry& second = *queue.next_waiting(first);
  EXPECT_EQ(first.letter.position.offset, 1);
  EXPECT_EQ(second.letter.position.offset, 2);
  queue.begin_flight(second, Batch::kShared);
  EXPECT_EQ(queue.next_waiting(first)->letter.position.offset, 3);
  queue.begin_flight(first, Batch::kAlone);
  EXPECT_TRUE(first.alone);
  EXPECT_EQ(queue.in_flight(), 2u);
  EXPECT_EQ(queue.first_waiting()->letter.position.offset, 3);
  queue.end_flight(second);
  EXPECT_EQ(queue.first_waiting()->letter.position.offset, 2) << "the order was not kept";
  queue.end_flight(first);
  queue.remove(first);
  EXPECT_EQ(queue.size(), 2u);
  queue.clear();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.first_waiting(), nullptr);
}

}  // namespace
}  // namespace hermod
