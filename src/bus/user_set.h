#pragma once
// The users that a process is subscribed to, with a little state each, in as few bytes as can be:
// one allocation for the id with its state, and a hash node that points there.

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <unordered_set>

namespace hermod {

// What is known of one user's subscription; lies in front of the id.
struct UserState {
  uint32_t length : 16;  // of the id
  uint32_t wanted : 1;   // subscribed as far as the caller is concerned
  uint32_t sent : 1;     // subscribed as far as the commands sent are concerned
  uint32_t
      pending : 1;      // its SUBSCRIBE is not confirmed yet: nothing else is sent for it meanwhile
  uint32_t queued : 1;  // a command may have to be sent for it
  uint32_t announce : 1;  // the caller waits to hear of it

  static constexpr uint32_t kLengthMax = (1 << 16) - 1;

  std::string_view user() const {
    return {reinterpret_cast<const char*>(this) + sizeof *this, length};
  }
};

class UserSet {
 public:
  UserState* find(std::string_view user) {
    const auto found = set_.find(user);
    return found != set_.end() ? found->state() : nullptr;
  }

  // Finds or adds it. Precondition: the id has at most UserState::kLengthMax bytes.
  UserState& add(std::string_view user) {
    const auto found = set_.find(user);
    return *(found != set_.end() ? found : set_.insert(Entry(user)).first)->state();
  }

  // The state's memory goes with it.
  void remove(const UserState& state) { set_.erase(set_.find(state.user())); }

  template <class Visit>
  void for_each(Visit visit) {
    for (const Entry& entry : set_) visit(*entry.state());
  }

  // Removes those of which `judge` says true.
  template <class Judge>
  void remove_if(Judge judge) {
    std::erase_if(set_, [&judge](const Entry& entry) { return judge(*entry.state()); });
  }

  size_t size() const { return set_.size(); }

 private:
  class Entry {
   public:
    explicit Entry(std::string_view user) : bytes_(new char[sizeof(UserState) + user.size()]) {
      auto* state = new (bytes_.get()) UserState{};
      state->length = static_cast<uint32_t>(user.size());
      std::memcpy(bytes_.get() + sizeof *state, user.data(), user.size());
    }
    UserState* state() const { return reinterpret_cast<UserState*>(bytes_.get()); }

   private:
    std::unique_ptr<char[]> bytes_;
  };

  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view user) const noexcept {
      return std::hash<std::string_view>{}(user);
    }
    size_t operator()(const Entry& entry) const noexcept { return (*this)(entry.state()->user()); }
  };

  struct Equal {
    using is_transparent = void;
    static std::string_view user(std::string_view text) { return text; }
    static std::string_view user(const Entry& entry) { return entry.state()->user(); }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return user(a) == user(b);
    }
  };

  std::unordered_set<Entry, Hash, Equal> set_;
};

}  // namespace hermod
