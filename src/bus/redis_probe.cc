#include "bus/redis_probe.h"

#include <hiredis/hiredis.h>

#include <charconv>
#include <cstdio>
#include <initializer_list>
#include <memory>

#include "bus/reply.h"

namespace hermod {
namespace {

struct FreeContext {
  void operator()(redisContext* context) const { redisFree(context); }
};
struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Context = std::unique_ptr<redisContext, FreeContext>;
using Reply = std::unique_ptr<redisReply, FreeReply>;

Error failure(std::string why) {
  return {ErrorCode::kConnection, std::move(why)};
}

Reply ask(redisContext& context, std::initializer_list<std::string_view> words) {
  std::vector<const char*> texts;
  std::vector<size_t> lengths;
  for (const std::string_view word : words) {
    texts.push_back(word.data());
    lengths.push_back(word.size());
  }
  const int count = static_cast<int>(texts.size());
  return Reply(
      static_cast<redisReply*>(redisCommandArgv(&context, count, texts.data(), lengths.data())));
}

Result<Context> connect(const RedisUrl& url, const timeval& patience) {
  Context context(url.is_unix() ? redisConnectUnixWithTimeout(url.path.c_str(), patience)
                                : redisConnectWithTimeout(url.host.c_str(), url.port, patience));
  if (!context) return failure("connect: out of memory");
  if (context->err != 0) return failure("connect: " + error_words(context->errstr));
  redisSetTimeout(context.get(), patience);
  return context;
}

Result<void> authenticate(redisContext& context, const RedisUrl& url) {
  if (url.password.empty()) return {};
  const Reply reply = url.user.empty() ? ask(context, {"AUTH", url.password})
                                       : ask(context, {"AUTH", url.user, url.password});
  if (!reply) return failure("authenticate: " + greeting_failure(context.errstr));
  if (!reply_is_error(*reply)) return {};
  // A server that does not know AUTH may repeat its arguments: only the error's code is told.
  const std::string words = reply_error(*reply);
  return failure("the credentials in REDIS_URL are refused (" + words.substr(0, words.find(' ')) +
                 ")");
}

// The value behind "name:" at the start of a line.
std::string_view info_field(std::string_view info, std::string_view name) {
  for (size_t at = info.find(name); at != std::string_view::npos; at = info.find(name, at + 1)) {
    const size_t value = at + name.size();
    if ((at > 0 && info[at - 1] != '\n') || value >= info.size() || info[value] != ':') continue;
    const size_t end = info.find_first_of("\r\n", value);
    return info.substr(value + 1, end == std::string_view::npos ? end : end - value - 1);
  }
  return {};
}

uint64_t info_number(std::string_view info, std::string_view name) {
  const std::string_view text = info_field(info, name);
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string mebibytes(uint64_t bytes) {
  char text[40];
  std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / (1 << 20));
  return text;
}

}  // namespace

std::string RedisProbe::describe() const {
  std::string text = "Redis " + (version.empty() ? "of unknown version" : version);
  if (!maxmemory_policy.empty()) text += ", " + maxmemory_policy;
  if (used_memory_bytes == 0) return text;
  text += ", " + mebibytes(used_memory_bytes);
  if (maxmemory_bytes != 0) text += " of " + mebibytes(maxmemory_bytes);
  return text + " used";
}

std::vector<std::string> RedisProbe::warnings() const {
  std::vector<std::string> sentences;
  if (!maxmemory_policy.empty() && maxmemory_policy != "noeviction") {
    sentences.push_back("maxmemory-policy is " + maxmemory_policy +
                        ": Redis may evict histories and marks; set it to noeviction");
  }
  unsigned major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  if (!version.empty() && major < 5) sentences.push_back("streams need Redis 5 or later");
  return sentences;
}

RedisProbe read_redis_info(std::string_view info) {
  RedisProbe probe;
  probe.version = info_field(info, "redis_version");
  probe.maxmemory_policy = info_field(info, "maxmemory_policy");
  probe.maxmemory_bytes = info_number(info, "maxmemory");
  probe.used_memory_bytes = info_number(info, "used_memory");
  return probe;
}

Result<RedisProbe> probe_redis(const RedisUrl& url, uint64_t timeout_ms) {
  const timeval patience{static_cast<time_t>(timeout_ms / 1000),
                         static_cast<suseconds_t>(timeout_ms % 1000 * 1000)};
  Result<Context> connected = connect(url, patience);
  if (!connected) return connected.error();
  redisContext& context = *connected.value();
  if (auto ok = authenticate(context, url); !ok) return ok.error();
  if (url.database != 0) {
    const Reply selected = ask(context, {"SELECT", std::to_string(url.database)});
    if (!selected) return failure("select: " + error_words(context.errstr));
    if (reply_is_error(*selected)) return failure(reply_error(*selected));
  }
  const Reply pong = ask(context, {"PING"});
  if (!pong) return failure("ping: " + greeting_failure(context.errstr));
  if (reply_is_error(*pong)) return failure(reply_error(*pong));
  const Reply info = ask(context, {"INFO"});
  const auto text = info ? reply_text(*info) : std::nullopt;
  return read_redis_info(text.value_or(""));
}

}  // namespace hermod
