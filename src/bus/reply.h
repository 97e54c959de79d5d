#pragma once
// What may be asked of a reply from Redis, whatever stands in it: each question checks type and
// size, and a reply that is not as expected answers "no" instead of being believed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct redisReply;

namespace hermod {

// Text of a bulk string or status; none for everything else.
std::optional<std::string_view> reply_text(const redisReply& reply);

std::optional<int64_t> reply_integer(const redisReply& reply);

bool reply_is_nil(const redisReply& reply);
bool reply_is_error(const redisReply& reply);

// Redis' words of an error reply, or "an unexpected reply": one line of at most 160 bytes, cut
// before Redis begins to repeat the command's arguments.
std::string reply_error(const redisReply& reply);

// The same form for an error that a script hands back as text.
std::string error_words(std::string_view text);

// Why a connection ended before its greeting was answered, from hiredis' words or the system's.
// Adds what is likely then: the port speaks TLS and hung up on a plain client.
std::string greeting_failure(std::string_view why);

bool is_error_of(std::string_view text, std::string_view code);  // "NOSCRIPT No matching ..."

// The elements of an array, 0 for everything else; `at` answers null beyond them.
size_t reply_size(const redisReply& reply);
const redisReply* reply_at(const redisReply& reply, size_t index);

// reply_text of an element.
std::optional<std::string_view> reply_text_at(const redisReply& reply, size_t index);

}  // namespace hermod
