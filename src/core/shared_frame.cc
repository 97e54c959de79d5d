#include "core/shared_frame.h"

#include <cassert>
#include <cstring>
#include <new>

#include "events/drop_priority.h"

namespace hermod {
namespace {

constexpr unsigned char kFinalText = 0x81;  // RFC 6455 section 5.2: FIN, opcode 1

size_t write_header(unsigned char* out, size_t length) {
  out[0] = kFinalText;
  if (length < 126) {
    out[1] = static_cast<unsigned char>(length);
    return 2;
  }
  const size_t bytes = length < 65536 ? 2 : 8;
  out[1] = bytes == 2 ? 126 : 127;
  for (size_t i = 0; i < bytes; ++i) {
    out[2 + i] = static_cast<unsigned char>(length >> (8 * (bytes - 1 - i)));
  }
  return 2 + bytes;
}

// Returns the end of the copy. The bytes of an empty view may be null.
char* append(char* out, std::string_view bytes) {
  if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
  return out + bytes.size();
}

}  // namespace

SharedFrame::Ref SharedFrame::build(std::string_view text) {
  return build(Parts{{}, text, {}});
}

SharedFrame::Ref SharedFrame::build(const Parts& parts) {
  assert(parts.before.size() <= kBeforeBytesMax);
  assert(parts.after.size() <= kBeforeBytesMax);
  unsigned char header[10];
  const size_t content = parts.before.size() + parts.text.size() + parts.after.size();
  const size_t header_size = write_header(header, content);
  const size_t size = header_size + content;
  assert(size <= UINT32_MAX);
  void* memory = ::operator new(sizeof(SharedFrame) + size);
  auto* message = new (memory) SharedFrame(static_cast<uint32_t>(size),
                                           static_cast<uint8_t>(header_size + parts.before.size()),
                                           static_cast<uint8_t>(parts.after.size()));
  char* bytes = append(static_cast<char*>(memory) + sizeof(SharedFrame),
                       {reinterpret_cast<const char*>(header), header_size});
  append(append(append(bytes, parts.before), parts.text), parts.after);
  return Ref(message);
}

int SharedFrame::drop_priority() const {
  if (drop_priority_ < 0) drop_priority_ = static_cast<int8_t>(drop_priority_of_message(text()));
  assert(drop_priority_ >= 0);
  return drop_priority_;
}

void SharedFrame::Ref::destroy(SharedFrame* message) {
  assert(message->references_ == 0);
  message->~SharedFrame();
  ::operator delete(message);
}

}  // namespace hermod
