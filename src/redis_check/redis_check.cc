#include "redis_check/redis_check.h"

#include <algorithm>
#include <set>

#include "redis/redis_conversation.h"
#include "redis/reply.h"
#include "redis_check/redis_trial.h"
#include "redis_schema/redis_rights.h"

namespace hermod {
namespace {

using Level = RedisFinding::Level;

class Checker {
 public:
  Checker(const RedisBusOptions& options, RedisCheck& check)
      : options_(options),
        check_(check),
        channels_(make_channels(options)),
        user_(channels_.check_user),
        at_("Redis at " + options.url.endpoint().address() + ": ") {}

  void run(bool production) {
    auto connected = RedisConversation::open(link_options(options_));
    if (!connected) return add(connected.error().message);
    if (!probe(connected.value(), production)) return;
    const bool permitted = try_rights(connected.value());
    if (!permitted) return;
    if (auto tried = try_redis_bus(options_, user_); !tried) add(at_ + tried.error().message);
    static_cast<void>(connected.value().ask(cleanup_command(channels_, user_)));
  }

 private:
  void add(std::string text, Level level = Level::kError) {
    check_.findings.push_back({level, std::move(text)});
  }

  bool fail(std::string text) {
    add(std::move(text));
    return false;
  }

  // False: the other checks would be pointless.
  bool probe(RedisConversation& conversation, bool production) {
    RedisProbe probe;
    const auto hello = conversation.ask({"HELLO"});
    if (!hello) return fail(hello.error().message);
    read_redis_hello(*hello.value(), probe);
    const auto info = conversation.ask({"INFO"});
    if (!info) return fail(info.error().message);
    read_redis_info(reply_text(*info.value()).value_or(""), probe);
    check_.description = probe.describe();
    if (const std::string unfit = probe.unfit(options_.url.kind); !unfit.empty()) return fail(at_ + unfit);
    for (RedisFinding& finding : probe.findings(production)) {
      add(at_ + finding.text, finding.level);
    }
    if (std::string shared = shared_channels_warning(options_); !shared.empty()) {
      add(std::move(shared), Level::kWarning);
    }
    return true;
  }

  bool try_rights(RedisConversation& conversation) {
    const bool commands = try_each(conversation, command_rights(channels_, user_));
    static_cast<void>(conversation.ask(cleanup_command(channels_, user_)));
    auto second = RedisConversation::open(link_options(options_));
    if (!second) return fail(second.error().message);
    return try_each(second.value(), subscribe_rights(channels_, user_)) && commands;
  }

  // Tries all of them, so that one run reports every missing right; each rule is reported once.
  bool try_each(RedisConversation& conversation, const std::vector<RedisRight>& rights) {
    std::set<std::string> reported;
    for (const RedisRight& right : rights) {
      const auto reply = conversation.ask(right.words);
      if (!reply) return fail(reply.error().message);
      if (!reply_is_error(*reply.value())) continue;
      const std::string words = reply_error(*reply.value());
      // Redis before 6.2 does not have GETEX and SMISMEMBER, and the script works without them.
      const bool optional = right.words.front() == "GETEX" || right.words.front() == "SMISMEMBER";
      if (optional && words.starts_with("ERR unknown command")) continue;
      const std::string rule = missing_rule(right, words);
      if (!reported.insert(rule.empty() ? words : rule).second) continue;
      std::string text = at_ + right.words.front();
      if (right.words.size() > 1 && !right.names.empty()) text += ' ' + right.words[1];
      text += " is refused: " + words;
      if (!rule.empty()) text += "; the ACL lacks " + rule;
      add(std::move(text));
    }
    return reported.empty();
  }

  const RedisBusOptions& options_;
  RedisCheck& check_;
  RedisChannels channels_;
  std::string user_;
  std::string at_;
};

}  // namespace

bool RedisCheck::good() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const RedisFinding& finding) { return finding.level == Level::kError; });
}

RedisCheck check_redis(const RedisBusOptions& options, bool production) {
  RedisCheck check;
  Checker(options, check).run(production);
  return check;
}

}  // namespace hermod
