#pragma once
// When a session of hermod.v1 sends `welcome`: with the first page of the history, but at most a
// second after its admission. Owned by SessionFrames.

#include <cassert>
#include <cstdint>
#include <optional>

namespace hermod {

class WelcomeWait {
 public:
  // The session is admitted.
  void begin(int64_t now_steady_ms) {
    assert(stage_ == Stage::kNotAdmitted);
    stage_ = Stage::kAwaited;
    due_ms_ = now_steady_ms + kWelcomeMs;
  }

  // The first page was read: so many notifications are replayed.
  void on_first_page(uint64_t replaying) {
    replaying_ = replaying;
    if (stage_ == Stage::kAwaited) stage_ = Stage::kReady;
  }
  std::optional<uint64_t> replaying() const { return replaying_; }

  std::optional<int64_t> due_ms() const {
    return stage_ == Stage::kAwaited ? std::optional<int64_t>(due_ms_) : std::nullopt;
  }
  bool is_due(int64_t now_steady_ms) const {
    return stage_ == Stage::kReady || (stage_ == Stage::kAwaited && now_steady_ms >= due_ms_);
  }

  void on_sent() { stage_ = Stage::kSent; }
  bool sent() const { return stage_ == Stage::kSent; }

 private:
  enum class Stage : uint8_t { kNotAdmitted, kAwaited, kReady, kSent };
  static constexpr int64_t kWelcomeMs = 1'000;

  int64_t due_ms_ = 0;  // steady
  std::optional<uint64_t> replaying_;
  Stage stage_ = Stage::kNotAdmitted;
};

}  // namespace hermod
