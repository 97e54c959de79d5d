#pragma once
// A set of objects that are found by name. It is a hash table whose links are part of the objects
// (NamedSetItem), so that an object costs one allocation and one or two pointers in the table. The
// set owns its objects.

#include <boost/intrusive/unordered_set.hpp>
#include <cassert>
#include <memory>
#include <string_view>
#include <utility>

#include "base/named_set_item.h"
#include "base/text_hash.h"

namespace hermod {

template <class T>
class NamedSet {
 public:
  NamedSet() : buckets_(new Bucket[kBucketsMin]), set_({buckets_.get(), kBucketsMin}) {}
  ~NamedSet() { set_.clear_and_dispose(T::free); }

  T* find(std::string_view name) {
    const auto found = set_.find(name, Hash(), Equal());
    return found != set_.end() ? &*found : nullptr;
  }

  // Finds the object, or adds it. Precondition: `name` has at most T::kLengthMax bytes.
  T& get(std::string_view name) {
    assert(name.size() <= T::kLengthMax);
    if (T* const known = find(name)) return *known;
    T* const made = T::make(name);
    set_.insert(*made);
    if (set_.size() > kLoad * set_.bucket_count()) grow();
    return *made;
  }

  // Removes the object and frees it.
  void remove(T& object) { set_.erase_and_dispose(set_.iterator_to(object), T::free); }

  // Calls `visit` for each object. `visit` must not add or remove objects.
  template <class Visit>
  void for_each(Visit visit) {
    for (T& object : set_) visit(object);
  }

  // The position at which visit_some() continues.
  struct Cursor {
    size_t bucket = 0;
    size_t buckets = 0;  // bucket count at the last call; 0: not started
  };

  // Visits about `count` objects, and returns true if there are more. Objects may be added and
  // removed between two calls: an object that is in the set from the first call to the last is
  // visited, possibly twice if the table grew in between. `visit` must not add objects, and may
  // remove only the object that it visits.
  template <class Visit>
  bool visit_some(Cursor& cursor, size_t count, Visit visit) {
    if (cursor.buckets != set_.bucket_count()) cursor = {0, set_.bucket_count()};
    for (size_t seen = 0; cursor.bucket < cursor.buckets && seen < count; ++cursor.bucket) {
      ++seen;  // an empty bucket takes time, too
      for (auto next = set_.begin(cursor.bucket); next != set_.end(cursor.bucket); ++seen) {
        visit(*next++);
      }
    }
    return cursor.bucket < cursor.buckets;
  }

  size_t size() const { return set_.size(); }

 private:
  static constexpr size_t kBucketsMin = 64;
  static constexpr size_t kLoad = 1;  // maximum average number of objects per bucket

  struct Hash : TextHash {
    using TextHash::operator();
    size_t operator()(const T& object) const { return (*this)(object.name()); }
  };
  struct Equal {
    bool operator()(std::string_view name, const T& object) const { return name == object.name(); }
    bool operator()(const T& a, const T& b) const { return a.name() == b.name(); }
  };
  using Set = boost::intrusive::unordered_set<T, boost::intrusive::hash<Hash>,
                                              boost::intrusive::equal<Equal>,
                                              boost::intrusive::power_2_buckets<true>>;
  using Bucket = typename Set::bucket_type;

  void grow() {
    const size_t count = 2 * set_.bucket_count();
    std::unique_ptr<Bucket[]> buckets(new Bucket[count]);
    set_.rehash({buckets.get(), count});
    buckets_ = std::move(buckets);
  }

  std::unique_ptr<Bucket[]> buckets_;
  Set set_;
};

}  // namespace hermod
