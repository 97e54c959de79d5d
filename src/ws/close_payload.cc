#include "ws/close_payload.h"

#include <array>
#include <cassert>
#include <utility>

#include "base/text.h"
#include "ws/close_reason.h"
#include "ws/frame.h"

namespace hermod {

std::string build_close_payload(uint16_t code, std::string_view reason) {
  assert(reason.size() <= kCloseReasonBytesMax);
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload += reason;
  return payload;
}

std::string build_goodbye(FrameForm form, const Goodbye& goodbye) {
  std::string out;
  if (form == FrameForm::kV1) append_frame(out, Opcode::kText, goodbye_frame(goodbye));
  return out;
}

uint16_t close_code_of(std::string_view payload) {
  if (payload.size() < 2) return kNoCloseCode;
  return static_cast<uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                               static_cast<unsigned char>(payload[1]));
}

CloseFault check_close_payload(std::string_view payload) {
  if (payload.empty()) return {};
  if (payload.size() == 1 || !is_sendable_close_code(close_code_of(payload)))
    return {CloseCode::kProtocolError, "invalid close code"};
  if (!is_utf8(payload.substr(2))) return {CloseCode::kInvalidData, "text is not UTF-8"};
  return {};
}

std::string_view close_code_label(uint16_t code) {
  static constexpr std::array<std::pair<uint16_t, std::string_view>, 14> kLabels{{
      {1000, "1000"},
      {1001, "1001"},
      {1002, "1002"},
      {1003, "1003"},
      {1005, "1005"},
      {1006, "1006"},
      {1007, "1007"},
      {1008, "1008"},
      {1009, "1009"},
      {1010, "1010"},
      {1011, "1011"},
      {1012, "1012"},
      {1013, "1013"},
      {4000, "4000"},
  }};
  for (const auto& [known, label] : kLabels) {
    if (known == code) return label;
  }
  return "other";
}

}  // namespace hermod
