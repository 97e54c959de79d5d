#include "tracing/trace_answer.h"

#include <algorithm>
#include <charconv>

namespace hermod {
namespace {

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

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
  if (!first.starts_with("HTTP/1.") || first.size() < 12 ||
      !read_number(first.substr(9, 3), status_)) {
    return state_ = State::kBroken;
  }
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
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (same_word(name, "content-length")) {
    has_length_ = read_number(value, length_left_);
  } else if (same_word(name, "connection")) {
    until_close_ = until_close_ || same_word(value, "close");
  } else if (same_word(name, "retry-after")) {
    if (!read_number(value, retry_after_s_)) retry_after_s_ = 0;
  }
}

TraceAnswer::State TraceAnswer::take_body(std::string_view bytes) {
  body_.append(bytes.substr(0, kBodyBytesMax - std::min(body_.size(), kBodyBytesMax)));
  if (bytes.size() > length_left_) return state_ = State::kBroken;
  length_left_ -= bytes.size();
  return length_left_ == 0 ? state_ = State::kDone : state_;
}

}  // namespace hermod
