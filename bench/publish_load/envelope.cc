#include "publish_load/envelope.h"

#include <cstdio>

namespace hermod::bench {
namespace {

constexpr std::string_view kBeforeId = R"({"event_id":")";
constexpr size_t kIdLength = 36;
constexpr size_t kCountDigits = 12;  // the last group of a UUID

std::string head_of(std::string_view event_type, uint64_t run) {
  char id[kIdLength + 1];
  std::snprintf(id, sizeof id, "%08x-%04x-4%03x-8000-000000000000",
                static_cast<unsigned>(run & 0xffffffff), static_cast<unsigned>(run >> 32 & 0xffff),
                static_cast<unsigned>(run >> 48 & 0xfff));
  std::string head(kBeforeId);
  head.append(id).append(R"(","event_type":")").append(event_type);
  head += R"(","event_timestamp":"2025-06-15T12:00:00Z","source_service":"bench",)";
  head += R"("schema_version":1,"correlation_id":"6f1c1d0e-8f6b-4f0e-9d0a-3f7f5b2c9a11","data":)";
  return head;
}

}  // namespace

Envelope::Envelope(std::string_view user, std::string_view event_type, size_t size, uint64_t run)
    : notification_(user, 0), text_(head_of(event_type, run)) {
  event_id_at_ = kBeforeId.size();
  notification_at_ = text_.size();
  const size_t left = size > text_.size() + 1 ? size - text_.size() - 1 : 0;
  notification_ = NumberedText(user, left);
  text_.append(notification_.text()).append("}");
}

const std::string& Envelope::stamp(uint64_t number, uint64_t sequence, int64_t sent_ns) {
  static constexpr char kHex[] = "0123456789abcdef";
  char* digit = text_.data() + event_id_at_ + kIdLength;
  for (size_t i = 0; i < kCountDigits; ++i, number >>= 4) *--digit = kHex[number & 15];
  notification_.stamp(sequence, sent_ns);
  text_.replace(notification_at_, notification_.text().size(), notification_.text());
  return text_;
}

}  // namespace hermod::bench
