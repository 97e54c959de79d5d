#include "auth/key_file.h"

#include "base/file.h"

namespace hermod {
namespace {

// The directory in which systemd provides the credentials of a service.
constexpr std::string_view kCredentials = "/run/credentials/";

bool is_missing_credential(const std::string& path, const Error& error) {
  return path.starts_with(kCredentials) && error.message.ends_with("No such file or directory");
}

}  // namespace

Result<std::string> read_key_file(std::string_view variable, const std::string& path) {
  Result<std::string> text = read_file(path);
  if (text) return text;
  std::string sentence =
      std::string(variable) + " names the file " + path + ", which " + text.error().message;
  if (is_missing_credential(path, text.error())) {
    sentence += "; systemd provides it from its credential store, and only while the service runs";
  }
  return Error{ErrorCode::kConfiguration, std::move(sentence)};
}

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace hermod
