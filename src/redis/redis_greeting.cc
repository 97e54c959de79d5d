#include "redis/redis_greeting.h"

#include <cassert>

#include "redis/redis_command.h"
#include "redis/reply.h"

namespace hermod {

void RedisGreeting::begin(const RedisCredentials& credentials, uint32_t database,
                          std::string_view name, std::string& out) {
  commands_.clear();
  answered_ = 0;
  setting_ = credentials.setting;
  database_ = database;
  if (!credentials.password.empty()) {
    commands_.push_back(Command::kAuth);
    RedisCommand auth(out, credentials.user.empty() ? 2 : 3);
    auth.add("AUTH");
    if (!credentials.user.empty()) auth.add(credentials.user);
    auth.add(credentials.password);
  }
  if (database != 0) {
    commands_.push_back(Command::kSelect);
    RedisCommand(out, 2).add("SELECT").add_number(database);
  }
  commands_.push_back(Command::kName);
  RedisCommand(out, 3).add("CLIENT").add("SETNAME").add(name);
  commands_.push_back(Command::kPing);
  RedisCommand(out, 1).add("PING");
}

Result<void> RedisGreeting::on_reply(const redisReply& reply) {
  assert(!done());
  const Command command = commands_[answered_++];
  if (!reply_is_error(reply)) return {};
  const std::string words = reply_error(reply);
  // A server that does not know AUTH may repeat its arguments, so only the error code is shown.
  if (command == Command::kAuth) {
    const std::string what = setting_.empty() ? "the user or the password is refused ("
                                              : "the credentials in " + setting_ + " are refused (";
    return Error{ErrorCode::kConnection, what + words.substr(0, words.find(' ')) + ")"};
  }
  if (command == Command::kSelect) {
    return Error{ErrorCode::kConnection,
                 "the database " + std::to_string(database_) + " is refused: " + words};
  }
  const bool optional = command == Command::kName || command == Command::kPing;
  const bool permission = is_error_of(words, "NOPERM") || is_error_of(words, "ERR");
  if (optional && permission) return {};
  return Error{ErrorCode::kConnection, words};
}

}  // namespace hermod
