#include "harness/open_records.h"

#include <cassert>
#include <iterator>

namespace hermod {

uint64_t OpenRecords::add() {
  ++unappended_;
  open_.insert(++newest_);
  return newest_;
}

void OpenRecords::on_appended(uint64_t number, const Position& position) {
  assert(open_.contains(number));
  if (settled_early_.erase(key_of(position)) > 0) {
    open_.erase(number);
  } else {
    appended_.emplace(key_of(position), number);
  }
  end_append();
}

void OpenRecords::on_refused(uint64_t number) {
  assert(open_.contains(number));
  open_.erase(number);
  end_append();
}

// Without unacknowledged records, a position that is settled later belongs to another producer.
void OpenRecords::end_append() {
  assert(unappended_ > 0);
  if (--unappended_ == 0) settled_early_.clear();
}

void OpenRecords::on_settled(const Position& position) {
  const auto found = appended_.find(key_of(position));
  if (found != appended_.end()) {
    open_.erase(found->second);
    appended_.erase(found);
  } else if (unappended_ > 0) {
    settled_early_.insert(key_of(position));
  }
}

size_t OpenRecords::count_until(uint64_t number) const {
  return static_cast<size_t>(std::distance(open_.begin(), open_.upper_bound(number)));
}

bool OpenRecords::settled_until(uint64_t number) const {
  return open_.empty() || *open_.begin() > number;
}

}  // namespace hermod
