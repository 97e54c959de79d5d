#include "frames/server_frames.h"

#include <cassert>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace hermod {
namespace {

using nlohmann::ordered_json;

// The close frame of a client may have any text; the handler only ensures that dump() cannot throw.
std::string text_of(const ordered_json& frame) {
  return frame.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

template <class Number>
ordered_json number_or_null(const std::optional<Number>& number) {
  return number ? ordered_json(*number) : ordered_json(nullptr);
}

// Whole seconds without a fraction.
ordered_json seconds(int64_t ms) {
  if (ms % 1000 == 0) return ms / 1000;
  return static_cast<double>(ms) / 1000;
}

}  // namespace

std::string welcome_frame(const Welcome& welcome) {
  ordered_json frame = {{"type", "welcome"},
                        {"connection_id", welcome.connection},
                        {"user", welcome.user},
                        {"device", nullptr},
                        {"expires_at", iso8601(welcome.expires_at_ms)},
                        {"heartbeat_seconds", seconds(welcome.heartbeat_ms)},
                        {"replaying", number_or_null(welcome.replaying)}};
  if (!welcome.device.empty()) frame["device"] = welcome.device;
  return text_of(frame);
}

NotificationHead::NotificationHead(const NotificationFacts& facts) {
  append(R"({"type":"notification","id":)");
  if (facts.stream_id) {
    append("\"");
    append(facts.stream_id.ms);
    append("-");
    append(facts.stream_id.count);
    append("\"");
  } else {
    append("null");
  }
  append(facts.replayed ? R"(,"replayed":true)" : R"(,"replayed":false)");
  append(facts.seen ? R"(,"seen":true)" : R"(,"seen":false)");
  append(R"(,"notification":)");
}

void NotificationHead::append(std::string_view text) {
  assert(size_ + text.size() <= text_.size());
  std::memcpy(text_.data() + size_, text.data(), text.size());
  size_ += text.size();
}

void NotificationHead::append(uint64_t number) {
  const auto end = std::to_chars(text_.data() + size_, text_.data() + text_.size(), number).ptr;
  size_ = static_cast<size_t>(end - text_.data());
}

std::string seen_frame(std::span<const StreamId> ids) {
  assert(!ids.empty());
  std::string frame = R"({"type":"seen","ids":[)";
  for (const StreamId id : ids) frame += '"' + to_string(id) + "\",";
  frame.back() = ']';
  return frame + '}';
}

std::string dropped_frame(uint64_t count) {
  return R"({"type":"dropped","count":)" + std::to_string(count) + '}';
}

std::string authenticated_frame(int64_t expires_at_ms) {
  return R"({"type":"authenticated","expires_at":")" + iso8601(expires_at_ms) + "\"}";
}

std::string error_frame(ErrorCode code, std::string_view message) {
  return text_of({{"type", "error"}, {"code", to_string(code)}, {"message", message}});
}

std::string goodbye_frame(const Goodbye& goodbye) {
  return text_of({{"type", "goodbye"},
                  {"code", goodbye.code},
                  {"reason", goodbye.reason},
                  {"retry_after_ms", number_or_null(goodbye.retry_after_ms)}});
}

}  // namespace hermod
