#include "redis/redis_conversation.h"

#include <hiredis/hiredis.h>

#include "redis/reply.h"

namespace hermod {
namespace {

Error failure(const std::string& address, std::string_view what) {
  return {ErrorCode::kConnection, "Redis at " + address + ": " + std::string(what)};
}

}  // namespace

void RedisConversation::FreeReply::operator()(redisReply* reply) const {
  freeReplyObject(reply);
}

void RedisConversation::FreeContext::operator()(redisContext* context) const {
  redisFree(context);
}

RedisConversation::RedisConversation(std::string address, redisContext* context)
    : address_(std::move(address)), context_(context) {}

Result<RedisConversation> RedisConversation::open(const RedisUrl& url, uint64_t timeout_ms) {
  const timeval patience{static_cast<time_t>(timeout_ms / 1000),
                         static_cast<suseconds_t>(timeout_ms % 1000 * 1000)};
  RedisConversation made(
      url.endpoint().address(),
      url.endpoint().is_unix()
          ? redisConnectUnixWithTimeout(url.endpoint().path.c_str(), patience)
          : redisConnectWithTimeout(url.endpoint().host.c_str(), url.endpoint().port, patience));
  redisContext* const context = made.context_.get();
  if (context == nullptr) return failure(made.address_, "connect: out of memory");
  if (context->err != 0) {
    return failure(made.address_, "connect: " + error_words(context->errstr));
  }
  redisSetTimeout(context, patience);
  if (auto greeted = made.greet(url); !greeted) return greeted.error();
  return made;
}

Result<void> RedisConversation::greet(const RedisUrl& url) {
  if (!url.credentials.password.empty()) {
    Words auth = {"AUTH", url.credentials.password};
    if (!url.credentials.user.empty()) auth.insert(auth.begin() + 1, url.credentials.user);
    const auto reply = ask(auth);
    if (!reply) return reply.error();
    // A server that does not know AUTH may repeat its arguments, so only the error code is shown.
    if (reply_is_error(*reply.value())) {
      const std::string words = reply_error(*reply.value());
      return failure(address_, "the credentials in REDIS_URL are refused (" +
                                   words.substr(0, words.find(' ')) + ")");
    }
  }
  const std::string database = std::to_string(url.database);
  if (url.database != 0) {
    if (auto ok = demand({"SELECT", database}, "the database " + database + " is refused"); !ok) {
      return ok;
    }
  }
  // A server that requires credentials rejects any command with NOAUTH. A missing right to PING
  // does not matter.
  const auto pong = ask({"PING"});
  if (!pong) return pong.error();
  const bool wanted = reply_is_error(*pong.value());
  const std::string words = wanted ? reply_error(*pong.value()) : std::string();
  if (is_error_of(words, "NOAUTH")) return failure(address_, words);
  return {};
}

Result<void> RedisConversation::demand(const Words& words, const std::string& refused) {
  const auto reply = ask(words);
  if (!reply) return reply.error();
  if (!reply_is_error(*reply.value())) return {};
  return failure(address_, refused + ": " + reply_error(*reply.value()));
}

Result<RedisConversation::Reply> RedisConversation::ask(const Words& words) {
  std::vector<const char*> texts;
  std::vector<size_t> lengths;
  for (const std::string& word : words) {
    texts.push_back(word.data());
    lengths.push_back(word.size());
  }
  const int count = static_cast<int>(texts.size());
  Reply reply(static_cast<redisReply*>(
      redisCommandArgv(context_.get(), count, texts.data(), lengths.data())));
  if (!reply) {
    return failure(address_, "no answer to " + words.front() + ": " +
                                 (answered_ ? error_words(context_->errstr)
                                            : greeting_failure(context_->errstr)));
  }
  answered_ = true;
  return reply;
}

}  // namespace hermod
