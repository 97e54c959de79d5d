#include "core/observers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hermod {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Recorder final : public Observer {
 public:
  Recorder(std::vector<std::string>& seen, std::string name)
      : seen_(seen), name_(std::move(name)) {}

  void on_skipped(const Position&) override { seen_.push_back(name_ + " skipped"); }
  void on_bus_state(ShardId, BusState) override { seen_.push_back(name_ + " bus"); }

 private:
  std::vector<std::string>& seen_;
  std::string name_;
};

class ObserversTest : public ::testing::Test {
 protected:
  std::vector<std::string> seen_;
  Recorder first_{seen_, "first"};
  Recorder second_{seen_, "second"};
  Observers observers_;
};

TEST_F(ObserversTest, ObserversAreCalledInTheOrderInWhichTheyWereAdded) {
  observers_.add(first_, Observers::Scope::kRare);
  observers_.add(second_, Observers::Scope::kAll);
  observers_.on_bus_state(0, BusState::kUp);
  EXPECT_THAT(seen_, ElementsAre("first bus", "second bus"));
}

TEST_F(ObserversTest, EventsOfRecordsReachOnlyTheObserversOfAllEvents) {
  observers_.add(first_, Observers::Scope::kRare);
  observers_.add(second_, Observers::Scope::kAll);
  observers_.on_skipped({});
  EXPECT_THAT(seen_, ElementsAre("second skipped"));
}

TEST_F(ObserversTest, AnObserverThatWasRemovedIsNotCalled) {
  observers_.add(first_, Observers::Scope::kAll);
  observers_.add(second_, Observers::Scope::kRare);
  observers_.remove(first_);
  EXPECT_FALSE(observers_.observes_all());
  observers_.on_skipped({});
  observers_.on_bus_state(0, BusState::kUp);
  EXPECT_THAT(seen_, ElementsAre("second bus"));
}

TEST_F(ObserversTest, AnEventThatAnObserverDoesNotHandleIsIgnored) {
  observers_.add(first_, Observers::Scope::kAll);
  observers_.on_degraded(0);
  EXPECT_THAT(seen_, IsEmpty());
}

}  // namespace
}  // namespace hermod
