#pragma once
// A timer wheel: the deadlines of many objects on one timer. It is a ring of buckets of kTickMs
// each. Scheduling and cancelling take constant time and allocate nothing, because the entries are
// part of their objects. The caller passes the time. An entry fires in the first advance() at or
// after its deadline rounded up to a tick, never earlier.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace hermod {

class TimerWheel {
 public:
  static constexpr int64_t kTickMs = 50;

  class Entry {
   public:
    Entry() = default;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    bool scheduled() const { return link_ != nullptr; }
    int64_t due_ms() const { return due_ms_; }  // precondition: scheduled()

   private:
    friend class TimerWheel;
    Entry* next_ = nullptr;
    Entry** link_ = nullptr;  // the pointer to this entry; null if not scheduled
    int64_t due_ms_ = 0;
  };

  explicit TimerWheel(int64_t now_ms) : tick_(now_ms / kTickMs) {}
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // (Re)schedules the entry. A deadline in the past fires in the next advance().
  void set(Entry& entry, int64_t due_ms);
  void cancel(Entry& entry);

  // Removes each due entry and calls `on_due`, which may schedule and cancel any entry. At most
  // `count` entries fire; the others fire in the next call, and next_due_ms() is then at once.
  void advance(int64_t now_ms, const std::function<void(Entry&)>& on_due, size_t count = SIZE_MAX);

  // The time of the next advance(), or nullopt if nothing is scheduled. For a deadline beyond the
  // length of the ring, there may be a call in between at which nothing is due.
  std::optional<int64_t> next_due_ms() const;

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }

 private:
  static constexpr size_t kBuckets = 1024;  // 51 s per round

  void insert(Entry& entry);
  bool serve(Entry*& list, const std::function<void(Entry&)>& on_due, size_t& count);

  std::array<Entry*, kBuckets> buckets_{};
  std::array<uint64_t, kBuckets / 64> filled_{};  // one bit per bucket: may have entries
  Entry* rest_ = nullptr;                         // the rest of a partly processed bucket
  int64_t tick_;                                  // all buckets up to this tick were processed
  size_t size_ = 0;
};

}  // namespace hermod
