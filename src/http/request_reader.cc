#include "http/request_reader.h"

#include <cassert>
#include <utility>

#include "http/route.h"

namespace hermod {

static_assert(kOperatorsBodyBytesMax <= kHeadBytesMax, "a body is read into the head's buffer");

void RequestReader::append(std::string_view bytes) {
  assert(bytes.size() <= room());
  bytes_.append(bytes);
}

RequestReader::Next RequestReader::next(
    const std::function<size_t(const RequestHead&)>& body_bytes_max) {
  if (!awaiting_body_) {
    const HeadState scanned = scan_.scan(bytes_);
    if (scanned != HeadState::kComplete) return {scanned, nullptr};
    ParsedHead parsed = parse_request_head(bytes_);
    if (parsed.state != HeadState::kComplete) return {parsed.state, nullptr};
    assert(parsed.bytes == scan_.head_bytes());
    drop(parsed.bytes);
    scan_ = HeadScan();
    auto head = std::make_unique<RequestHead>(std::move(parsed.head));
    if (head->body != RequestHead::Body::kLength || head->body_bytes > body_bytes_max(*head)) {
      return complete(std::move(head));
    }
    awaiting_body_ = std::move(head);
  }
  const auto body_bytes = static_cast<size_t>(awaiting_body_->body_bytes);
  assert(body_bytes <= kHeadBytesMax);
  if (bytes_.size() < body_bytes) return {HeadState::kPartial, nullptr};
  awaiting_body_->content = bytes_.substr(0, body_bytes);
  drop(body_bytes);
  return complete(std::move(awaiting_body_));
}

RequestReader::Next RequestReader::complete(std::unique_ptr<RequestHead> request) {
  any_ = true;
  return {HeadState::kComplete, std::move(request)};
}

void RequestReader::drop(size_t bytes) {
  assert(bytes <= bytes_.size());
  bytes_.erase(0, bytes);
  if (bytes_.empty()) std::string().swap(bytes_);  // many connections are idle
}

std::string RequestReader::take_rest() {
  return std::exchange(bytes_, std::string());
}

}  // namespace hermod
