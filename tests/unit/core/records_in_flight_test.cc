#include "core/records_in_flight.h"

#include <gtest/gtest.h>

#include <string>

namespace hermod {
namespace {

class CountingOwner final : public RecordOwner {
 public:
  void free_record(void*) override { ++freed; }
  int freed = 0;
};

class RecordsInFlightTest : public ::testing::Test {
 protected:
  Ticket open(const std::string& value, int32_t partition = 0, uint32_t epoch = 1) {
    Record record;
    record.position.partition = partition;
    record.position.epoch = epoch;
    record.value = value;
    const Ticket ticket = records_.reserve();
    records_.open(ticket, record, RecordHold(owner_, this), 5);
    return ticket;
  }

  CountingOwner owner_;
  RecordsInFlight records_{4, 100};
};

TEST_F(RecordsInFlightTest, AReservedEntryCountsOnlyWhenItIsOpen) {
  const Ticket ticket = records_.reserve();
  EXPECT_EQ(records_.count(), 0u);
  records_.release(ticket);
  EXPECT_EQ(records_.count(), 0u);
  open("value");
  EXPECT_EQ(records_.count(), 1u);
}

TEST_F(RecordsInFlightTest, ReleasingFreesTheRecordAndReusesTheEntry) {
  const Ticket ticket = open("value");
  records_.release(ticket);
  EXPECT_EQ(owner_.freed, 1);
  EXPECT_EQ(open("value"), ticket);
  EXPECT_TRUE(records_.at(ticket).open);
  EXPECT_EQ(records_.at(ticket).received_ms, 5);
}

TEST_F(RecordsInFlightTest, TheNumberOfRecordsIsLimited) {
  const Ticket first = open("a");
  for (int i = 0; i < 3; ++i) open("a");
  EXPECT_TRUE(records_.full());
  EXPECT_FALSE(records_.has_room());
  records_.release(first);
  EXPECT_FALSE(records_.full());
  EXPECT_TRUE(records_.has_room());
}

TEST_F(RecordsInFlightTest, TheBytesOfTheRecordsAreLimited) {
  const Ticket first = open(std::string(30, 'a'));
  open(std::string(76, 'a'));
  EXPECT_TRUE(records_.full());
  records_.release(first);
  EXPECT_FALSE(records_.full());
  EXPECT_FALSE(records_.has_room());
}

TEST_F(RecordsInFlightTest, ARevocationConcernsThePartitionAndOlderAssignments) {
  const Ticket same = open("a", 1, 2);
  const Ticket older = open("a", 1, 1);
  const Ticket newer = open("a", 1, 3);
  const Ticket other = open("a", 2, 2);
  records_.revoke(0, 1, 2);
  EXPECT_TRUE(records_.at(same).revoked);
  EXPECT_TRUE(records_.at(older).revoked);
  EXPECT_FALSE(records_.at(newer).revoked);
  EXPECT_FALSE(records_.at(other).revoked);
  records_.release(same);
  EXPECT_FALSE(records_.at(open("a", 1, 3)).revoked);
}

TEST_F(RecordsInFlightTest, TheHoldsOfOpenRecordsCanBeReleased) {
  const Ticket ticket = open("a");
  open("b");
  records_.release_holds();
  EXPECT_EQ(owner_.freed, 2);
  EXPECT_EQ(records_.count(), 2u);
  records_.release(ticket);
  EXPECT_EQ(owner_.freed, 2);
}

}  // namespace
}  // namespace hermod
