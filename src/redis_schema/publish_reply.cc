#include "redis_schema/publish_reply.h"

#include "redis/reply.h"

namespace hermod {
namespace {

std::optional<PublishOutcome> outcome_of(char letter) {
  switch (letter) {
    case 'r':
      return PublishOutcome::kRouted;
    case 'p':
      return PublishOutcome::kRepeat;
    case 'u':
      return PublishOutcome::kUnpublished;
    case 'x':
      return PublishOutcome::kRefused;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<PublishReply> read_publish_reply(const redisReply& reply, size_t records) {
  PublishReply answer;
  if (reply_is_error(reply)) {
    answer.stopped = reply_error(reply);
    return answer;
  }
  const auto whole = reply_text(reply);
  const auto letters = whole ? whole : reply_text_at(reply, 0);
  const auto stopped = whole ? std::string_view() : reply_text_at(reply, 1);
  if (!letters || !stopped || letters->size() > records) return std::nullopt;
  if (letters->size() < records && stopped->empty()) return std::nullopt;
  size_t next_word = 2;
  for (const char letter : *letters) {
    const auto outcome = outcome_of(letter);
    if (!outcome) return std::nullopt;
    std::optional<std::string_view> error = std::string_view();
    if (letter == 'u' || letter == 'x') {
      error = reply_text_at(reply, next_word++);
      if (error && error->empty()) error = kNoMessage;
    }
    if (!error) return std::nullopt;
    answer.done.push_back({*outcome, *error});
  }
  answer.stopped = error_words(*stopped);
  answer.note = error_words(reply_text_at(reply, next_word).value_or(""));
  if (letters->size() < records && answer.stopped.empty()) return std::nullopt;
  return answer;
}

}  // namespace hermod
