#include "cli/dev_state.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "base/file.h"
#include "base/unique_fd.h"

namespace hermod::cli {
namespace {

using nlohmann::json;

constexpr const char* kFile = "dev.json";
constexpr size_t kBytesMax = size_t{64} * 1024;

Error wrong(const std::string& path, const std::string& why) {
  return {ErrorCode::kInitialization, "the state file " + path + ' ' + why};
}

Error failed(const std::string& path, const char* what) {
  return wrong(path, std::string("cannot be ") + what + ": " + std::strerror(errno));
}

// Checks that only this user can have written or read the file or directory `fd`.
Result<void> check_own(int fd, const std::string& path, mode_t kind) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return failed(path, "inspected");
  if ((status.st_mode & S_IFMT) != kind)
    return wrong(path, "is not trusted: it has the wrong file type");
  if (status.st_uid != ::geteuid())
    return wrong(path, "is not trusted: it belongs to another user");
  if ((status.st_mode & 077) != 0) {
    return wrong(path, "is not trusted: users other than its owner have permissions on it");
  }
  return {};
}

Result<UniqueFd> open_directory(const std::string& directory) {
  UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (fd.get() < 0) return failed(directory, "opened");
  if (const auto own = check_own(fd.get(), directory, S_IFDIR); !own) return own.error();
  return fd;
}

// The start time of a process, in ticks since boot: field 22 of its stat file, which follows a name
// that may contain any character.
std::optional<uint64_t> start_of(int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  for (int number = 3; number <= 22; ++number) fields >> field;
  uint64_t started = 0;
  if (std::sscanf(field.c_str(), "%lu", &started) != 1) return std::nullopt;
  return started;
}

std::string to_text(const DevState& state) {
  return json{{"url", state.url}, {"bootstrap", state.bootstrap},
              {"key", state.key}, {"console_secret", state.console_secret},
              {"pid", state.pid}, {"started", state.started}}
             .dump() +
         '\n';
}

std::optional<DevState> from_text(const std::string& text) {
  const json from = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!from.is_object()) return std::nullopt;
  for (const char* name : {"url", "bootstrap", "key"}) {
    if (!from.contains(name) || !from[name].is_string()) return std::nullopt;
  }
  for (const char* name : {"pid", "started"}) {
    if (!from.contains(name) || !from[name].is_number_unsigned()) return std::nullopt;
  }
  // A file of an earlier release does not contain this secret.
  const json secret = from.value("console_secret", json(""));
  if (!secret.is_string()) return std::nullopt;
  return DevState{from["url"], from["bootstrap"], from["key"],
                  secret,      from["pid"],       from["started"]};
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

DevState own_dev_state() {
  DevState state;
  state.pid = ::getpid();
  state.started = start_of(state.pid).value_or(0);
  return state;
}

DevStateFile::DevStateFile(const Environment& environment) {
  const std::string runtime = environment("XDG_RUNTIME_DIR").value_or("");
  // The XDG specification requires that a relative path is ignored.
  directory_ =
      runtime.starts_with('/') ? runtime + "/hermod" : "/tmp/hermod-" + std::to_string(::geteuid());
}

std::string DevStateFile::path() const {
  return directory_ + '/' + kFile;
}

Result<void> DevStateFile::write(const DevState& state) const {
  assert(state.pid > 0);
  if (::mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST)
    return failed(directory_, "created");
  const Result<UniqueFd> directory = open_directory(directory_);
  if (!directory) return directory.error();
  const int in = directory.value().get();
  const std::string temporary = std::string(kFile) + '.' + std::to_string(state.pid);
  // A process with the same pid may have been killed while it wrote this file.
  ::unlinkat(in, temporary.c_str(), 0);
  const UniqueFd file(
      ::openat(in, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.get() < 0) return failed(path(), "written");
  const bool written = write_all(file.get(), to_text(state)) && ::fchmod(file.get(), 0600) == 0 &&
                       ::renameat(in, temporary.c_str(), in, kFile) == 0;
  if (written) return {};
  const Error error = failed(path(), "written");
  ::unlinkat(in, temporary.c_str(), 0);
  return error;
}

Result<std::optional<DevState>> DevStateFile::read() const {
  const Result<UniqueFd> directory = open_directory(directory_);
  if (!directory) {
    if (::access(directory_.c_str(), F_OK) != 0 && errno == ENOENT)
      return std::optional<DevState>();
    return directory.error();
  }
  const UniqueFd file(::openat(directory.value().get(), kFile,
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (file.get() < 0 && errno == ENOENT) return std::optional<DevState>();
  if (file.get() < 0) return failed(path(), "opened");
  if (const auto own = check_own(file.get(), path(), S_IFREG); !own) return own.error();
  const Result<std::string> text = read_file(file.get(), kBytesMax);
  if (!text) return wrong(path(), "is not trusted: it " + text.error().message);
  const std::optional<DevState> state = from_text(text.value());
  if (!state) return wrong(path(), "is not trusted: hermod did not write it");
  if (start_of(state->pid) == state->started) return state;
  return wrong(
      path(), "is stale: process " + std::to_string(state->pid) +
                  ", which wrote it, no longer runs; start hermod serve again, or remove the file");
}

void DevStateFile::remove(const DevState& state) const {
  const Result<std::optional<DevState>> found = read();
  if (!found || !found.value()) return;
  if (found.value()->pid != state.pid || found.value()->started != state.started) return;
  ::unlink(path().c_str());
}

Result<std::optional<DevState>> read_dev_state(const Options& options,
                                               const DevStateFile::Environment& environment) {
  if (options.production()) return std::optional<DevState>();
  return DevStateFile(environment).read();
}

}  // namespace hermod::cli
