#include "cli/dev_state.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/scratch_dir.h"

namespace hermod::cli {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class DevStateTest : public ::testing::Test {
 protected:
  DevStateTest() : file_(dir_.path().string() + "/hermod") {
    state_ = own_dev_state();
    state_.url = "http://127.0.0.1:8080";
    state_.bootstrap = "127.0.0.1:9092";
    state_.key = "hidden";
  }

  std::string refusal() {
    const auto found = file_.read();
    if (found.ok()) return "";
    EXPECT_THAT(found.error().message, ::testing::Not(HasSubstr("hidden")));
    return found.error().message;
  }

  fs::path path() const { return file_.path(); }

  test::ScratchDir dir_;
  DevStateFile file_;
  DevState state_;
};

TEST_F(DevStateTest, ReadsWhatARunningProcessWrote) {
  EXPECT_FALSE(file_.read().value());
  ASSERT_TRUE(file_.write(state_).ok());
  ASSERT_TRUE(file_.write(state_).ok());
  const auto found = file_.read();
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found.value()->url, state_.url);
  EXPECT_EQ(found.value()->bootstrap, state_.bootstrap);
  EXPECT_EQ(found.value()->key, state_.key);
  EXPECT_EQ(found.value()->pid, ::getpid());
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(path().parent_path()).permissions(), fs::perms::owner_all);
  EXPECT_EQ(std::distance(fs::directory_iterator(path().parent_path()), {}), 1);
}

TEST_F(DevStateTest, StandsWhereTheEnvironmentSays) {
  const auto path_for = [](std::optional<std::string> runtime) {
    return DevStateFile([runtime](const std::string& name) {
             EXPECT_EQ(name, "XDG_RUNTIME_DIR");
             return runtime;
           })
        .path();
  };
  const std::string fallback = "/tmp/hermod-" + std::to_string(::geteuid()) + "/dev.json";
  EXPECT_EQ(path_for("/run/user/1"), "/run/user/1/hermod/dev.json");
  EXPECT_EQ(path_for(std::nullopt), fallback);
  EXPECT_EQ(path_for(""), fallback);
  EXPECT_EQ(path_for("relative"), fallback);
}

TEST_F(DevStateTest, IsRemovedByItsWriterOnly) {
  ASSERT_TRUE(file_.write(state_).ok());
  DevState other = state_;
  other.started += 1;
  file_.remove(other);
  EXPECT_TRUE(fs::exists(path()));
  file_.remove(state_);
  EXPECT_FALSE(fs::exists(path()));
  file_.remove(state_);
}

TEST_F(DevStateTest, NamesAStaleOne) {
  DevState gone = state_;
  gone.started += 1;  // the pid exists, but belongs to another process
  ASSERT_TRUE(file_.write(gone).ok());
  EXPECT_THAT(refusal(), HasSubstr("is stale: process " + std::to_string(gone.pid)));

  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  gone.pid = child;
  ASSERT_TRUE(file_.write(gone).ok());
  EXPECT_THAT(refusal(), HasSubstr("is stale: process " + std::to_string(child)));
}

TEST_F(DevStateTest, TrustsNoRightsOfOthers) {
  ASSERT_TRUE(file_.write(state_).ok());
  for (const mode_t mode : {0640, 0604, 0620, 0660, 0644}) {
    ::chmod(path().c_str(), mode);
    EXPECT_THAT(refusal(), HasSubstr("users other than its owner")) << std::oct << mode;
  }
  ::chmod(path().c_str(), 0600);
  for (const mode_t mode : {0750, 0705, 0755, 0777}) {
    ::chmod(path().parent_path().c_str(), mode);
    EXPECT_THAT(refusal(), HasSubstr("users other than its owner")) << std::oct << mode;
    EXPECT_FALSE(file_.write(state_).ok());
  }
  ::chmod(path().parent_path().c_str(), 0700);
  EXPECT_EQ(refusal(), "");
}

TEST_F(DevStateTest, TrustsNoLinks) {
  ASSERT_TRUE(file_.write(state_).ok());
  const fs::path real = dir_.path() / "real.json";
  fs::rename(path(), real);
  fs::create_symlink(real, path());
  EXPECT_NE(refusal(), "");
  // A write replaces the link and does not change its target.
  state_.url = "http://127.0.0.1:1";
  ASSERT_TRUE(file_.write(state_).ok());
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(path())));
  EXPECT_EQ(file_.read().value()->url, state_.url);

  fs::rename(path().parent_path(), dir_.path() / "elsewhere");
  fs::create_directory_symlink(dir_.path() / "elsewhere", path().parent_path());
  EXPECT_NE(refusal(), "");
  EXPECT_FALSE(file_.write(state_).ok());
}

TEST_F(DevStateTest, TrustsNoOtherKindOrContent) {
  ASSERT_TRUE(file_.write(state_).ok());
  for (const char* text :
       {"", "{}", "[]", "nonsense", R"({"url":"","bootstrap":"","key":1,"pid":1,"started":1})",
        R"({"url":"","bootstrap":"","key":"hidden","pid":-1,"started":1})"}) {
    dir_.write("hermod/dev.json", text);
    EXPECT_THAT(refusal(), HasSubstr("hermod did not write it")) << text;
  }
  dir_.write("hermod/dev.json", std::string(100'000, 'x'));
  EXPECT_THAT(refusal(), HasSubstr("larger than 65536 bytes"));
  fs::remove(path());
  fs::create_directory(path());
  ::chmod(path().c_str(), 0700);
  EXPECT_THAT(refusal(), HasSubstr("the wrong file type"));
  fs::remove(path());
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_THAT(refusal(), HasSubstr("the wrong file type"));
}

TEST_F(DevStateTest, TrustsNoOtherOwner) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_TRUE(file_.write(state_).ok());
  ASSERT_EQ(::chown(path().c_str(), 1, 1), 0);
  EXPECT_THAT(refusal(), HasSubstr("belongs to another user"));
  ASSERT_EQ(::chown(path().parent_path().c_str(), 1, 1), 0);
  EXPECT_THAT(refusal(), HasSubstr("belongs to another user"));
  EXPECT_FALSE(file_.write(state_).ok());
}

TEST_F(DevStateTest, IsNeverReadInProduction) {
  ASSERT_TRUE(file_.write(state_).ok());
  const auto environment = [this](const std::string&) -> std::optional<std::string> {
    return dir_.path().string();
  };
  Options options;
  EXPECT_TRUE(read_dev_state(options, environment).value());
  options.environment = "production";
  EXPECT_FALSE(read_dev_state(options, environment).value());
}

}  // namespace
}  // namespace hermod::cli
