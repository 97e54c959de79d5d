#pragma once
// A user's id inside a hash tag, "hermod:{<tag>}:stream". Redis Cluster hashes what stands between
// the first two braces of a key, so an id that begins with `}` would make an empty tag and scatter
// the user's keys over several slots. `%`, `{` and `}` are therefore written %25, %7B and %7D;
// other ids are their own tags.

#include <optional>
#include <string>
#include <string_view>

namespace hermod {

class UserTag {
 public:
  // A view of `user`, which outlives this object.
  explicit UserTag(std::string_view user);
  UserTag(const UserTag&) = delete;
  UserTag& operator=(const UserTag&) = delete;

  std::string_view text() const { return text_; }

  // The user whose tag this is: a view into `tag`, or into `space` where characters were escaped.
  // None: no user has this tag.
  static std::optional<std::string_view> user_of(std::string_view tag, std::string& space);

 private:
  std::string escaped_;
  std::string_view text_;
};

}  // namespace hermod
