#include "ws/inbound.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace hermod {

Inbound::Outcome Inbound::take(const Piece& piece, int64_t now_ms, const InboundLimits& limits,
                               Keep keep_what) {
  if (!admit(piece.frame_ends ? 1 : 0, piece.bytes.size(), now_ms, limits))
    return Outcome::kTooFast;
  if (state_ == State::kIdle) {
    message_bytes_ = 0;
    state_ = piece.kind == Kind::kText ? State::kUndecided : State::kSkipping;
    const bool is_frame = keep_what == Keep::kFrames && piece.kind == Kind::kText;
    if (keep_what == Keep::kEverything || is_frame) state_ = State::kKeeping;
  }
  if (message_bytes_ + piece.bytes.size() > limits.message_bytes_max) return Outcome::kTooBig;
  message_bytes_ += static_cast<uint32_t>(piece.bytes.size());
  if (piece.kind == Kind::kText && !is_text(piece)) return Outcome::kNotText;
  keep(piece.bytes, limits, keep_what);
  if (!piece.message_ends) return Outcome::kMore;
  const State ended = std::exchange(state_, State::kIdle);
  if (ended == State::kTooLong) return Outcome::kTooLong;
  return ended == State::kKeeping ? Outcome::kMessage : Outcome::kMore;
}

// Validated here, because libwebsockets also validates the payloads of pongs between two fragments.
bool Inbound::is_text(const Piece& piece) {
  if (!utf8_.take(piece.bytes)) return false;
  return !piece.message_ends || utf8_.complete();
}

void Inbound::keep(std::string_view bytes, const InboundLimits& limits, Keep keep_what) {
  if (state_ == State::kUndecided) {
    const size_t start = bytes.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return;
    bytes.remove_prefix(start);
    state_ = bytes.front() == '{' ? State::kKeeping : State::kSkipping;
  }
  if (state_ != State::kKeeping) return;
  if (!kept_) kept_ = std::make_unique<std::string>();
  const bool frames = keep_what == Keep::kFrames;
  const size_t bytes_max = frames ? limits.frame_bytes_max : limits.kept_bytes_max;
  const bool fits = kept_->size() + bytes.size() <= bytes_max;
  if (fits || keep_what == Keep::kEverything) {
    kept_->append(bytes);
    return;
  }
  kept_.reset();
  state_ = frames ? State::kTooLong : State::kSkipping;
}

bool Inbound::count(size_t bytes, int64_t now_ms, const InboundLimits& limits) {
  return admit(1, bytes, now_ms, limits);
}

bool Inbound::admit(size_t frames, size_t bytes, int64_t now_ms, const InboundLimits& limits) {
  const int64_t now_us = now_ms * 1000;
  const int64_t latest_us = now_us + int64_t{limits.burst_ms} * 1000;
  const auto cost_us = [](size_t amount, uint32_t per_second) {
    return static_cast<int64_t>(amount) * 1'000'000 / per_second;
  };
  frames_until_us_ = std::max(frames_until_us_, now_us) + cost_us(frames, limits.frames_per_second);
  bytes_until_us_ = std::max(bytes_until_us_, now_us) + cost_us(bytes, limits.bytes_per_second);
  return frames_until_us_ <= latest_us && bytes_until_us_ <= latest_us;
}

std::string Inbound::take_message() {
  const std::unique_ptr<std::string> message = std::move(kept_);
  return message ? std::move(*message) : std::string();
}

std::optional<std::string> parse_authenticate(std::string_view text) {
  // Avoids the JSON parser for nearly all messages of clients.
  if (text.find("\"authenticate\"") == std::string_view::npos) return std::nullopt;
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(text.data(), text.size()).get(object) != simdjson::SUCCESS) return std::nullopt;
  std::string_view type;
  if (object["type"].get(type) != simdjson::SUCCESS || type != "authenticate") return std::nullopt;
  std::string_view token;
  if (object["token"].get(token) != simdjson::SUCCESS) token = {};
  return std::string(token);
}

}  // namespace hermod
