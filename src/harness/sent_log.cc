#include "harness/sent_log.h"

#include <utility>

namespace hermod {

uint64_t SentLog::add(SentText text) {
  bytes_ += text.text.size();
  texts_.push_back(std::move(text));
  while (texts_.size() > kTextsMax || (bytes_ > kBytesMax && texts_.size() > 1)) {
    bytes_ -= texts_.front().text.size();
    texts_.pop_front();
    ++first_;
  }
  return first_ + texts_.size() - 1;
}

SentText* SentLog::find(uint64_t number) {
  if (number < first_ || number - first_ >= texts_.size()) return nullptr;
  return &texts_[number - first_];
}

void SentLog::clear() {
  first_ += texts_.size();
  texts_.clear();
  bytes_ = 0;
}

}  // namespace hermod
