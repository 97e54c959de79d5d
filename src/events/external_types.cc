#include "events/external_types.h"

#include <cassert>

#include "base/text.h"

namespace hermod {
namespace {

constexpr size_t kTypeBytesMax = 200;  // stored of a type's name, which is external input

}  // namespace

ExternalTypes::ExternalTypes(std::vector<std::string> topics) {
  for (std::string& name : topics) topics_.push_back({.name = std::move(name), .type = {}});
}

void ExternalTypes::on_external(uint32_t topic, std::string_view type, int64_t now_ms) {
  assert(topic < topics_.size());
  Topic& state = topics_[topic];
  const bool continues = state.first_ms >= 0 && now_ms - state.latest_ms < kSilenceMs;
  if (!continues) state.first_ms = now_ms;
  state.latest_ms = now_ms;
  assert(state.first_ms <= state.latest_ms);
  state.type = cut_utf8(type, kTypeBytesMax);
}

std::vector<const ExternalTypes::Topic*> ExternalTypes::only_external(int64_t now_ms) const {
  std::vector<const Topic*> found;
  for (const Topic& topic : topics_) {
    if (topic.first_ms < 0 || now_ms - topic.latest_ms >= kSilenceMs) continue;
    if (topic.latest_ms - topic.first_ms >= kWindowMs) found.push_back(&topic);
  }
  return found;
}

}  // namespace hermod
