#pragma once
// A user id as a hash tag, "hermod:{<tag>}:stream". Redis Cluster hashes the part of a key between
// the first two braces, so an id that begins with `}` would result in an empty tag and spread the
// keys of the user over several slots. `%`, `{` and `}` are therefore written %25, %7B and %7D. An
// id without these characters is its own tag.

#include <optional>
#include <string>
#include <string_view>

namespace hermod {

class UserTag {
 public:
  // `user` must outlive this object.
  explicit UserTag(std::string_view user);
  UserTag(const UserTag&) = delete;
  UserTag& operator=(const UserTag&) = delete;

  std::string_view text() const { return text_; }

  // The user id of a tag: a view into `tag`, or into `space` if characters were escaped. None: no
  // user id has this tag.
  static std::optional<std::string_view> user_of(std::string_view tag, std::string& space);

 private:
  std::string escaped_;
  std::string_view text_;
};

}  // namespace hermod
