#pragma once
// Accessors for a reply from Redis. Each checks the type and the size, and returns none, false,
// null or 0 for a reply of another form, because hermod does not trust the content of a reply.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct redisReply;

namespace hermod {

// The content of a bulk string or status; none for other types.
std::optional<std::string_view> reply_text(const redisReply& reply);

std::optional<int64_t> reply_integer(const redisReply& reply);

bool reply_is_nil(const redisReply& reply);
bool reply_is_error(const redisReply& reply);

// The message of an error reply, or "an unexpected reply" for other types: one line of at most 160
// bytes, truncated before the point at which Redis repeats the arguments of the command. Never
// empty.
std::string reply_error(const redisReply& reply);

// The reason of an error that Redis reports with an empty message.
inline constexpr std::string_view kNoMessage = "an error without a message";

// The same form for an error message that is not itself a reply, such as one in a script's result.
std::string error_words(std::string_view text);

// Why a connection ended before the reply to the greeting, from the message of hiredis or of the
// system. Adds the likely cause: the port speaks TLS and closed the connection of a plain client.
std::string greeting_failure(std::string_view why);

// True if the message begins with the word `code`: "NOSCRIPT No matching ...".
bool is_error_of(std::string_view text, std::string_view code);

// The number of elements of an array, 0 for other types; reply_at() returns null beyond them.
size_t reply_size(const redisReply& reply);
const redisReply* reply_at(const redisReply& reply, size_t index);

// reply_text() of an element; none if there is no such element.
std::optional<std::string_view> reply_text_at(const redisReply& reply, size_t index);

}  // namespace hermod
