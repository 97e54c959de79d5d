#include "redis_check/master_check.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <set>
#include <utility>

#include "redis/reply.h"

namespace hermod {

using Level = RedisFinding::Level;

MasterCheck::MasterCheck(const RedisBusOptions& options, const RedisEndpoint& endpoint,
                         RedisChannels channels, std::vector<RedisFinding>& findings)
    : kind_(options.url.kind),
      link_(link_options(options)),
      channels_(std::move(channels)),
      findings_(findings),
      at_("Redis at " + endpoint.address() + ": ") {
  link_.endpoint = endpoint;
}

// Returns false.
bool MasterCheck::add(std::string text, Level level) {
  findings_.push_back({level, std::move(text)});
  return false;
}

void MasterCheck::fail(const std::string& text) {
  add(at_ + text, Level::kError);
}

bool MasterCheck::connect(bool production) {
  auto connected = RedisConversation::open(link_);
  if (!connected) return add(connected.error().message, Level::kError);
  conversation_ = connected.take();
  return probe_server(production);
}

bool MasterCheck::probe_server(bool production) {
  const auto hello = conversation_->ask({"HELLO"});
  if (!hello) return add(hello.error().message, Level::kError);
  read_redis_hello(*hello.value(), probe_);
  const auto info = conversation_->ask({"INFO"});
  if (!info) return add(info.error().message, Level::kError);
  read_redis_info(reply_text(*info.value()).value_or(""), probe_);
  std::string unfit = probe_.unfit(kind_);
  if (unfit.empty() && channels_.mode == PublishMode::kSharded) unfit = probe_.unfit_for_sharding();
  if (!unfit.empty()) return add(at_ + unfit, Level::kError);
  for (const RedisFinding& finding : probe_.findings(production)) {
    add(at_ + finding.text, finding.level);
  }
  return true;
}

bool MasterCheck::try_rights() {
  assert(conversation_);
  std::vector<RedisRight> rights = command_rights(channels_, user());
  std::ranges::move(fleet_rights(channels_, user()), std::back_inserter(rights));
  const bool commands = try_each(*conversation_, rights);
  clean_up();
  auto second = RedisConversation::open(link_);
  if (!second) return add(second.error().message, Level::kError);
  return try_each(second.value(), subscribe_rights(channels_, user())) && commands;
}

void MasterCheck::clean_up() {
  assert(conversation_);
  static_cast<void>(conversation_->ask(cleanup_command(channels_, user())));
}

// Tries all of them, so that one run reports every missing right; each rule is reported once.
bool MasterCheck::try_each(RedisConversation& conversation, const std::vector<RedisRight>& rights) {
  std::set<std::string> reported;
  for (const RedisRight& right : rights) {
    const auto reply = conversation.ask(right.words);
    if (!reply) return add(reply.error().message, Level::kError);
    if (!reply_is_error(*reply.value())) continue;
    const std::string words = reply_error(*reply.value());
    // Redis before 6.2 does not have GETEX and SMISMEMBER, and the script works without them.
    const bool optional = right.words.front() == "GETEX" || right.words.front() == "SMISMEMBER";
    if (optional && words.starts_with("ERR unknown command")) continue;
    const std::string rule = missing_rule(right, words);
    if (!reported.insert(rule.empty() ? words : rule).second) continue;
    std::string text = right.words.front();
    if (right.words.size() > 1 && !right.names.empty()) text += ' ' + right.words[1];
    text += " is refused: " + words;
    if (!rule.empty()) text += "; the ACL lacks " + rule;
    fail(text);
  }
  return reported.empty();
}

std::string MasterCheck::setting(const std::string& name) {
  assert(conversation_);
  const auto reply = conversation_->ask({"CONFIG", "GET", name});
  if (!reply) return {};
  return std::string(reply_text_at(*reply.value(), 1).value_or(""));
}

std::optional<std::string> MasterCheck::text(const RedisConversation::Words& words) {
  assert(conversation_);
  const auto reply = conversation_->ask(words);
  if (!reply) {
    add(reply.error().message, Level::kError);
    return {};
  }
  const auto found = reply_text(*reply.value());
  return found ? std::optional<std::string>(*found) : std::nullopt;
}

}  // namespace hermod
