#pragma once
// The records that the harness published and that are not settled yet: the bus has not replied, and
// they are not dead letters. A record may be settled before the broker has acknowledged it, because
// the two reports take different paths. Owned by DeliveryWatch.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>

#include "source/record.h"

namespace hermod {

class OpenRecords {
 public:
  // A record is about to be written to its topic. Returns its number; later records have higher
  // numbers. One of the next two calls follows: the record has a position, or it was refused.
  uint64_t add();
  void on_appended(uint64_t number, const Position& position);
  void on_refused(uint64_t number);

  void on_settled(const Position& position);

  uint64_t newest() const { return newest_; }  // the last number; 0: none
  size_t count_until(uint64_t number) const;   // open records up to this number
  bool settled_until(uint64_t number) const;

 private:
  using Key = std::tuple<uint32_t, int32_t, int64_t>;
  static Key key_of(const Position& position) {
    return {position.topic, position.partition, position.offset};
  }
  void end_append();

  uint64_t newest_ = 0;
  size_t unappended_ = 0;
  std::set<uint64_t> open_;
  std::map<Key, uint64_t> appended_;  // the open records whose position is known
  std::set<Key> settled_early_;       // settled before their position was known
};

}  // namespace hermod
