#pragma once
// What an error of Redis concerns, judged by its words, and for errors of an unknown kind by who
// else gets them.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace hermod {

enum class Concern {
  kRecord,   // WRONGTYPE, CROSSSLOT: it will never work
  kUser,     // MOVED, ASK, TRYAGAIN: the user's keys are on their way to another server
  kRedis,    // what any user would get: OOM, READONLY, LOADING and their like
  kUnknown,  // a key of this user that cannot be used, or Redis: UserFaults tells
};

Concern concern_of(std::string_view error);

// Tells an error that one user gets from one that all get: it is Redis' when several users failed
// and none succeeded in between.
class UserFaults {
 public:
  static constexpr size_t kUsersAlike = 3;

  void succeeded() { users_.clear(); }

  // Another user got an error of an unknown kind. True: it is Redis' error.
  bool failed(std::string_view user);

 private:
  std::set<std::string, std::less<>> users_;  // that failed since the last success
};

}  // namespace hermod
