#pragma once
// The publications of one user, oldest first. Those at the front may be in an open call to Redis.

#include <cassert>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "bus/bus.h"

namespace hermod {

// State of a lane whose calls fail while those of other users succeed.
struct LaneTrouble {
  int64_t since_ms = 0;
  bool held = false;  // waits for the back-off
  Backoff backoff{20, 500};
};

class PublishLane {
 public:
  const std::string* user = nullptr;
  size_t sent = 0;     // publications at the front that are in the open call
  bool ready = false;  // is queued with the lanes that may be sent
  std::unique_ptr<LaneTrouble> trouble;

  bool held() const { return trouble && trouble->held; }
  size_t size() const { return records_.size() - head_; }
  const Publication& at(size_t index) const {
    assert(index < size());
    return records_[head_ + index];
  }
  void push(const Publication& publication) { records_.push_back(publication); }
  void prepend(const std::vector<Publication>& publications) {
    assert(sent == 0);
    records_.insert(iterator(0), publications.begin(), publications.end());
  }
  void remove(size_t index) { records_.erase(iterator(index)); }

  Publication pop() {
    assert(size() > 0);
    return records_[head_++];
  }

  void append_to(std::vector<Publication>& publications) const {
    publications.insert(publications.end(), records_.begin() + static_cast<ptrdiff_t>(head_),
                        records_.end());
  }

  // Frees the space of popped publications once it exceeds that of the remaining ones.
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
