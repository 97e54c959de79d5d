#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <system_error>

#include "kafka/blocking_task.h"
#include "support/loop_test.h"
#include "uv/loop.h"
#include "uv/wakeup.h"

// When the process has no descriptor left, everything that needs one reports an error.

namespace hermod {
namespace {

// While it exists, no descriptor can be created.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    close(lowest_free);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(lowest_free);
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

using NoDescriptorTest = test::LoopTest;

TEST_F(NoDescriptorTest, AWakeupSaysThatItIsNotUsable) {
  const NoDescriptors none;
  const uv::Wakeup wakeup(loop(), [] {});
  EXPECT_FALSE(wakeup.usable());
}

TEST_F(NoDescriptorTest, AnErrandEndsAllTheSame) {
  BlockingTask task;
  bool worked = false;
  bool ended = false;
  {
    const NoDescriptors none;
    task.run(
        loop(), [&] { worked = true; }, [&] { ended = true; });
  }
  EXPECT_TRUE(run_until([&] { return ended; }));
  EXPECT_TRUE(worked);
}

TEST_F(NoDescriptorTest, ALoopThrowsWhatIsSaidToTheOperator) {
  const NoDescriptors none;
  EXPECT_THROW(uv::OwnLoop(), std::system_error);
}

}  // namespace
}  // namespace hermod
