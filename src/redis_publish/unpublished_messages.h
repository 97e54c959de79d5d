#pragma once
// Messages that Redis stored but refused to publish. Such a message stays unnoticed if no other
// message follows. Once Redis permits publishing again, all sessions therefore read their history,
// because any process may have stored such messages.

#include <string>
#include <string_view>
#include <utility>

#include "redis/reply.h"

namespace hermod {

class UnpublishedMessages {
 public:
  // Why the newest message was not published. Empty: it was published.
  const std::string& reason() const { return reason_; }

  // Returns true if the reason changed.
  bool set_reason(std::string_view reason) {
    std::string words = error_words(reason);
    if (words == reason_) return false;
    reason_ = std::move(words);
    if (reason_.empty()) unread_ = true;
    return true;
  }

  // Redis refused PUBLISH, and now permits it. Returns true if the reason changed.
  bool permit() {
    unread_ = true;
    return set_reason({});
  }

  // True once after each end of such a state.
  bool take_unread() { return std::exchange(unread_, false); }

 private:
  std::string reason_;
  bool unread_ = false;  // sessions may not have read such messages
};

}  // namespace hermod
