#include "tracing/trace_answer.h"

#include <algorithm>

#include "base/parse.h"

namespace hermod {
namespace {

bool same_word(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
  });
}

}  // namespace

TraceAnswer::State TraceAnswer::feed(std::string_view bytes) {
  if (state_ == State::kBody) return take_body(bytes);
  if (state_ != State::kHead) return state_ = State::kBroken;  // data after the end of the response
  head_.append(bytes);
  const size_t end = head_.find("\r\n\r\n");
  if (end != std::string::npos) return read_head(end + 4);
  return head_.size() > kHeadBytesMax ? state_ = State::kBroken : state_;
}

// Parses the status line, "HTTP/1.1 200 OK", and the header fields.
TraceAnswer::State TraceAnswer::read_head(size_t head_bytes) {
  const std::string rest = head_.substr(head_bytes);
  head_.resize(head_bytes - 2);
  std::string_view lines = head_;
  std::string_view first = lines.substr(0, lines.find("\r\n"));
  if (!first.starts_with("HTTP/1.") || first.size() < 12) return state_ = State::kBroken;
  const auto status = parse_number<decltype(status_)>(first.substr(9, 3));
  if (!status) return state_ = State::kBroken;
  status_ = *status;
  until_close_ = first[7] == '0';
  while (!lines.empty()) {
    const size_t end = std::min(lines.find("\r\n"), lines.size());
    read_field(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 2, lines.size()));
  }
  if (status_ < 200)
    return state_ = State::kBroken;  // the request does not allow an interim response
  state_ = State::kBody;
  if (has_length_) return take_body(rest);
  // A body without a length (chunked, or until the close) is not read to its end.
  until_close_ = until_close_ || status_ != 204;
  return state_ = State::kDone;
}

void TraceAnswer::read_field(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim_blanks(line.substr(colon + 1));
  if (same_word(name, "content-length")) {
    const auto length = parse_number<decltype(length_left_)>(value);
    has_length_ = length.has_value();
    length_left_ = length.value_or(0);
  } else if (same_word(name, "connection")) {
    until_close_ = until_close_ || same_word(value, "close");
  } else if (same_word(name, "retry-after")) {
    retry_after_s_ = parse_number<decltype(retry_after_s_)>(value).value_or(0);
  }
}

TraceAnswer::State TraceAnswer::take_body(std::string_view bytes) {
  body_.append(bytes.substr(0, kBodyBytesMax - std::min(body_.size(), kBodyBytesMax)));
  if (bytes.size() > length_left_) return state_ = State::kBroken;
  length_left_ -= bytes.size();
  return length_left_ == 0 ? state_ = State::kDone : state_;
}

}  // namespace hermod
