#include "redis/redis_error.h"

#include <algorithm>

#include "redis/reply.h"

namespace hermod {
namespace {

constexpr std::string_view kRecordCodes[] = {"WRONGTYPE", "CROSSSLOT"};
constexpr std::string_view kUserCodes[] = {"MOVED", "ASK", "TRYAGAIN"};
constexpr std::string_view kRedisCodes[] = {"OOM",         "READONLY",   "LOADING",  "BUSY",
                                            "NOPERM",      "NOAUTH",     "NOSCRIPT", "MASTERDOWN",
                                            "CLUSTERDOWN", "NOREPLICAS", "MISCONF",  "UNKILLABLE"};

// In a script, Redis 7.0 reports a missing right without an error code.
constexpr std::string_view kNoCommand = "can't run this command";

template <size_t kSize>
bool is_one_of(std::string_view error, const std::string_view (&codes)[kSize]) {
  return std::any_of(codes, codes + kSize,
                     [error](std::string_view code) { return is_error_of(error, code); });
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

Concern concern_of(std::string_view error) {
  if (is_one_of(error, kRecordCodes)) return Concern::kRecord;
  if (is_one_of(error, kUserCodes)) return Concern::kUser;
  // An ACL rule may exclude the keys of some users.
  if (is_error_of(error, "NOPERM") && contains(error, "key")) return Concern::kUnknown;
  const bool every_user = is_one_of(error, kRedisCodes) || contains(error, kNoCommand);
  return every_user ? Concern::kRedis : Concern::kUnknown;
}

bool UserFaults::failed(std::string_view user) {
  if (users_.size() < kUsersAlike) users_.emplace(user);
  return users_.size() >= kUsersAlike;
}

}  // namespace hermod
