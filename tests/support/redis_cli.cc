#include "support/redis_cli.h"

#include <hiredis/hiredis.h>

#include <cerrno>
#include <utility>

namespace hermod::test {
namespace {

// Limits the time of a failing test: a frozen server never replies.
constexpr timeval kPatience{10, 0};

std::string text_of(const redisReply* reply) {
  if (reply == nullptr) return "(lost)";
  switch (reply->type) {
    case REDIS_REPLY_INTEGER:
      return std::to_string(reply->integer);
    case REDIS_REPLY_NIL:
      return "(nil)";
    case REDIS_REPLY_ERROR:
      return "(error) " + std::string(reply->str, reply->len);
    case REDIS_REPLY_ARRAY: {
      std::string text;
      for (size_t i = 0; i < reply->elements; ++i) {
        if (i > 0) text += '\n';
        text += text_of(reply->element[i]);
      }
      return text;
    }
    default:
      return {reply->str, reply->len};
  }
}

redisReply* call(redisContext* context, const std::vector<std::string>& words) {
  std::vector<const char*> texts;
  std::vector<size_t> lengths;
  for (const std::string& word : words) {
    texts.push_back(word.data());
    lengths.push_back(word.size());
  }
  return static_cast<redisReply*>(
      redisCommandArgv(context, static_cast<int>(texts.size()), texts.data(), lengths.data()));
}

}  // namespace

RedisCli::~RedisCli() {
  disconnect();
}

void RedisCli::set_address(Address address) {
  disconnect();
  address_ = std::move(address);
}

void RedisCli::disconnect() {
  if (context_ != nullptr) redisFree(std::exchange(context_, nullptr));
}

bool RedisCli::connect() {
  if (context_ != nullptr && context_->err == 0) return true;
  disconnect();
  context_ = address_.path.empty() ? redisConnectWithTimeout("127.0.0.1", address_.port, kPatience)
                                   : redisConnectUnixWithTimeout(address_.path.c_str(), kPatience);
  if (context_ == nullptr || context_->err != 0) return false;
  redisSetTimeout(context_, kPatience);
  if (address_.password.empty()) return true;
  std::vector<std::string> words{"AUTH"};
  if (!address_.user.empty()) words.push_back(address_.user);
  words.push_back(address_.password);
  if (redisReply* reply = call(context_, words)) freeReplyObject(reply);
  return context_->err == 0;
}

// A connection that the server closed is noticed by the next command, which is then sent again.
void RedisCli::send(const std::vector<std::string>& words,
                    const std::function<void(const redisReply*)>& read) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!connect()) break;
    if (redisReply* reply = call(context_, words)) {
      read(reply);
      freeReplyObject(reply);
      return;
    }
    const bool timed_out = context_->err == REDIS_ERR_IO && errno == EAGAIN;
    disconnect();
    if (timed_out) break;
  }
  disconnect();
  read(nullptr);
}

std::string RedisCli::command(const std::vector<std::string>& words) {
  std::string text;
  send(words, [&text](const redisReply* reply) { text = text_of(reply); });
  return text;
}

std::vector<std::string> RedisCli::elements(const std::vector<std::string>& words) {
  std::vector<std::string> texts;
  send(words, [&texts](const redisReply* reply) {
    if (reply == nullptr || reply->type != REDIS_REPLY_ARRAY) return;
    for (size_t i = 0; i < reply->elements; ++i) texts.push_back(text_of(reply->element[i]));
  });
  return texts;
}

}  // namespace hermod::test
