#pragma once
// An encoded frame: the header and the payload of a WebSocket text frame (RFC 6455 section 5.2:
// FIN, unmasked). It is encoded once, immutable, and shared by all receivers through a reference
// count. The count is not atomic, because all receivers are on one loop.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "base/tracer.h"

namespace hermod {

// How a message is sent: as it was published, or inside a frame of the sub-protocol hermod.v1.
enum class FrameForm : uint8_t { kPlain, kV1 };

class SharedFrame {
 public:
  class Ref;

  // Encodes the frame of a message payload, in one allocation.
  static Ref build(std::string_view text);

  // The same for a message payload that other bytes surround in its frame.
  struct Parts {
    std::string_view before;  // at most kBeforeBytesMax
    std::string_view text;    // the message payload
    std::string_view after;   // the same
  };
  static constexpr size_t kBeforeBytesMax = 240;
  static Ref build(const Parts& parts);

  std::string_view frame() const { return {bytes(), size_}; }
  std::string_view text() const { return {bytes() + before_, size_ - before_ - after_}; }

  // Drop priority: the lowest is discarded first under pressure. From 0 (low) to 4 (critical), an
  // index into kPriorityLabels (protocol section 1, priority). Read from the message payload at the
  // first call.
  int drop_priority() const;

  // The parent of the delivery spans, and when the message arrived. Null if tracing is off or the
  // trace is not sampled.
  struct Trace {
    TraceContext parent;
    TraceTime came;
  };
  void set_trace(const Trace& trace) { trace_ = std::make_unique<Trace>(trace); }
  const Trace* trace() const { return trace_.get(); }

 private:
  SharedFrame(uint32_t size, uint8_t before, uint8_t after)
      : size_(size), before_(before), after_(after) {}
  const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }

  std::unique_ptr<Trace> trace_;
  uint32_t references_ = 0;
  uint32_t size_;
  uint8_t before_;  // bytes in front of the message payload: the header, and Parts::before
  uint8_t after_;
  mutable int8_t drop_priority_ = -1;
};

class SharedFrame::Ref {
 public:
  Ref() = default;
  Ref(const Ref& other) : Ref(other.message_) {}
  Ref(Ref&& other) noexcept : message_(std::exchange(other.message_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(message_, other.message_);
    return *this;
  }
  // Inline up to the last reference, because most references were moved from or are not the last.
  ~Ref() {
    assert(message_ == nullptr || message_->references_ > 0);
    if (message_ != nullptr && --message_->references_ == 0) destroy(message_);
  }

  SharedFrame* operator->() const { return message_; }
  const SharedFrame& operator*() const { return *message_; }
  explicit operator bool() const { return message_ != nullptr; }

 private:
  friend class SharedFrame;
  explicit Ref(SharedFrame* message) : message_(message) {
    if (message_ != nullptr) ++message_->references_;
  }
  static void destroy(SharedFrame* message);

  SharedFrame* message_ = nullptr;
};

}  // namespace hermod
