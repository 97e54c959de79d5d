#include "redis/reply.h"

#include <hiredis/hiredis.h>

namespace hermod {

std::optional<std::string_view> reply_text(const redisReply& reply) {
  if (reply.type != REDIS_REPLY_STRING && reply.type != REDIS_REPLY_STATUS) return std::nullopt;
  return std::string_view(reply.str, static_cast<size_t>(reply.len));
}

std::optional<int64_t> reply_integer(const redisReply& reply) {
  if (reply.type != REDIS_REPLY_INTEGER) return std::nullopt;
  return reply.integer;
}

bool reply_is_nil(const redisReply& reply) {
  return reply.type == REDIS_REPLY_NIL;
}

bool reply_is_error(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ERROR;
}

std::string reply_error(const redisReply& reply) {
  if (!reply_is_error(reply)) return "an unexpected reply";
  std::string words = error_words({reply.str, static_cast<size_t>(reply.len)});
  return words.empty() ? std::string(kNoMessage) : words;
}

std::string error_words(std::string_view text) {
  constexpr size_t kBytesMax = 160;
  text = text.substr(0, text.find(" with args beginning"));
  std::string words(text.substr(0, kBytesMax));
  for (char& c : words) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
  }
  while (!words.empty() && (words.back() == ',' || words.back() == ' ')) words.pop_back();
  return words;
}

std::string greeting_failure(std::string_view why) {
  // The first byte of a TLS alert record, as hiredis quotes it.
  const bool is_alert = why.find("\\x15") != std::string_view::npos;
  const bool is_end = why.find("closed") != std::string_view::npos ||
                      why.find("reset") != std::string_view::npos ||
                      why.find("EOF") != std::string_view::npos;
  std::string words = error_words(why);
  if (is_alert) {
    words += "; the port speaks TLS: use rediss://";
  } else if (is_end) {
    words += " before it answered; a port that speaks TLS does so to a plain client: use rediss://";
  }
  return words;
}

bool is_error_of(std::string_view text, std::string_view code) {
  return text.starts_with(code) && (text.size() == code.size() || text[code.size()] == ' ');
}

size_t reply_size(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ARRAY ? reply.elements : 0;
}

const redisReply* reply_at(const redisReply& reply, size_t index) {
  return index < reply_size(reply) ? reply.element[index] : nullptr;
}

std::optional<std::string_view> reply_text_at(const redisReply& reply, size_t index) {
  const redisReply* element = reply_at(reply, index);
  return element != nullptr ? reply_text(*element) : std::nullopt;
}

}  // namespace hermod
