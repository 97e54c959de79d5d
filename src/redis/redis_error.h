#pragma once
// Determines what an error of Redis concerns: from its text, and for unknown errors from the users
// that get it.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace hermod {

enum class Concern {
  kRecord,   // WRONGTYPE, CROSSSLOT: permanent for this record
  kUser,     // MOVED, ASK, TRYAGAIN: the user's keys are moving to another server
  kRedis,    // every user would get it: OOM, READONLY, LOADING and similar errors
  kUnknown,  // an unusable key of this user, or a failure of Redis: UserFaults decides
};

Concern concern_of(std::string_view error);

// Distinguishes an error of one user from an error that all users get: it concerns Redis if several
// users failed and none succeeded in between.
class UserFaults {
 public:
  static constexpr size_t kUsersAlike = 3;

  void succeeded() { users_.clear(); }

  // A user got an unknown error. True: the error concerns Redis.
  bool failed(std::string_view user);

 private:
  std::set<std::string, std::less<>> users_;  // those with an unknown error since the last success
};

}  // namespace hermod
