#pragma once
// One user's publications, oldest first, of which those at the front may be in a call under way.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "bus/bus.h"

namespace hermod {

// What a lane has while its calls fail and others' do not.
struct LaneTrouble {
  int64_t since_ms = 0;
  bool held = false;  // waits for its own back-off
  Backoff backoff{20, 500};
};

class PublishLane {
 public:
  const std::string* user = nullptr;
  size_t sent = 0;        // at the front: in the call under way
  size_t sent_bytes = 0;  // of their texts
  bool ready = false;     // stands in the row of those that may be sent
  std::unique_ptr<LaneTrouble> trouble;

  bool held() const { return trouble && trouble->held; }
  size_t size() const { return records_.size() - head_; }
  const Publication& at(size_t index) const { return records_[head_ + index]; }
  void push(const Publication& publication) { records_.push_back(publication); }
  void remove(size_t index) { records_.erase(iterator(index)); }

  Publication pop() { return records_[head_++]; }

  // Gives back what pop() has left behind, once it is more than what stands.
  void tidy() {
    if (head_ <= size()) return;
    records_.erase(records_.begin(), iterator(0));
    head_ = 0;
  }

 private:
  std::vector<Publication>::iterator iterator(size_t index) {
    return records_.begin() + static_cast<ptrdiff_t>(head_ + index);
  }

  std::vector<Publication> records_;
  size_t head_ = 0;
};

}  // namespace hermod
