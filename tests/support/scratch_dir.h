#pragma once
// A directory of the test's own, gone with all in it when the object goes.

#include <filesystem>
#include <string>
#include <string_view>

namespace hermod::test {

class ScratchDir {
 public:
  ScratchDir();
  ~ScratchDir();
  ScratchDir(const ScratchDir&) = delete;
  ScratchDir& operator=(const ScratchDir&) = delete;

  const std::filesystem::path& path() const { return path_; }

  // Writes a file there and answers its path.
  std::string write(std::string_view name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace hermod::test
