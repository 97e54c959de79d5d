#include "core/delivery_ack.h"

#include <cassert>
#include <charconv>

namespace hermod {
namespace {

constexpr char kPing = static_cast<char>(0x89);  // RFC 6455 section 5.2: FIN, opcode 9

std::string_view print(uint32_t number, char (&text)[10]) {
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  return {text, static_cast<size_t>(end - text)};
}

}  // namespace

void DeliveryAck::append_ping(int64_t now_steady_ms, std::string& out) {
  assert(!outstanding_);
  char text[10];
  const std::string_view payload = print(++counter_, text);
  out += kPing;
  out += static_cast<char>(payload.size());
  out += payload;
  outstanding_ = true;
  pinged_at_ms_ = now_steady_ms;
  pinged_ = written_;
}

bool DeliveryAck::on_pong(std::string_view payload) {
  char text[10];
  if (!outstanding_ || payload != print(counter_, text)) return false;
  assert(counter_ != 0);
  outstanding_ = false;
  proven_ = true;
  confirmed_ = pinged_;
  return true;
}

bool DeliveryAck::confirm_written() {
  if (written_ == pinged_) return false;
  pinged_ = confirmed_ = written_;
  return true;
}

}  // namespace hermod
