#include "ws/frame.h"

namespace hermod {

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  out += static_cast<char>(0x80 | static_cast<unsigned>(opcode));
  const uint64_t size = payload.size();
  int length_bytes = 0;
  if (size < 126) {
    out += static_cast<char>(size);
  } else if (size < 65'536) {
    out += static_cast<char>(126);
    length_bytes = 2;
  } else {
    out += static_cast<char>(127);
    length_bytes = 8;
  }
  for (int i = length_bytes - 1; i >= 0; --i) out += static_cast<char>((size >> (8 * i)) & 0xff);
  out += payload;
}

}  // namespace hermod
