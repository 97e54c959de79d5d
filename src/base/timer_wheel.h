#pragma once
// Deadlines of many objects on one timer: a ring of buckets, kTickMs each. Setting and cancelling
// cost the same whatever the number of entries; nothing is allocated. It asks no clock: `now` is
// handed in. Entries are part of their objects. One fires in the first advance() at or after its
// time, rounded up to a tick, never early.

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
    Entry** link_ = nullptr;  // what points here, or null when not scheduled
    int64_t due_ms_ = 0;
  };

  explicit TimerWheel(int64_t now_ms) : tick_(now_ms / kTickMs) {}
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // (Re)schedules; a time that has passed fires in the next advance().
  void set(Entry& entry, int64_t due_ms);
  void cancel(Entry& entry);

  // Takes out each entry that is due and hands it to `on_due`, which may set and cancel any entry.
  // Beyond `count` of them, the rest wait for the next call, which next_due_ms() asks for at once.
  void advance(int64_t now_ms, const std::function<void(Entry&)>& on_due, size_t count = SIZE_MAX);

  // When advance() should be called next, or nullopt when nothing is scheduled. A deadline further
  // away than the ring is long may cost one call in between that finds nothing due.
  std::optional<int64_t> next_due_ms() const;

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }

 private:
  static constexpr size_t kBuckets = 1024;  // 51 s a round

  void insert(Entry& entry);
  bool serve(Entry*& list, const std::function<void(Entry&)>& on_due, size_t& count);

  std::array<Entry*, kBuckets> buckets_{};
  std::array<uint64_t, kBuckets / 64> filled_{};  // a bit for each bucket that may hold an entry
  Entry* rest_ = nullptr;                         // of a bucket that was served in part
  int64_t tick_;                                  // all buckets up to this tick have been served
  size_t size_ = 0;
};

}  // namespace hermod
