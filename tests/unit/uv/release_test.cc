#include "uv/release.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "support/loop_test.h"
#include "uv/hold.h"
#include "uv/poll.h"
#include "uv/soon.h"
#include "uv/timer.h"

namespace hermod {
namespace {

using ReleaseTest = test::LoopTest;

constexpr uint64_t kNeverMs = 3'600'000;

TEST_F(ReleaseTest, WhatIsOursKeepsTheLoopAliveOnlyUntilItBegins) {
  uv::OwnLoop own;
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  {
    uv::Release release(own.get());
    uv::Hold hold(own.get());
    uv::Timer timer(own.get(), [] {});
    uv::Poll poll(own.get(), fd, [](uv::Ready) {});
    timer.start(kNeverMs);
    poll.watch(uv::Ready::kReadable);
    EXPECT_TRUE(own.poll());
    release.begin();
    EXPECT_TRUE(own.poll());
    hold.unref();
    EXPECT_FALSE(own.poll());
    hold.ref();
    EXPECT_TRUE(own.poll());
  }
  own.run();
  close(fd);
}

TEST_F(ReleaseTest, WhatIsMadeLaterIsReleasedByTheEndOfTheTurn) {
  uv::OwnLoop own;
  {
    uv::Release release(own.get());
    release.begin();
    uv::Timer timer(own.get(), [] {});
    uv::Soon soon(own.get(), [&] { timer.start(kNeverMs); });
    soon.ask();
    own.run();
    EXPECT_TRUE(timer.active());
  }
  own.run();
}

TEST_F(ReleaseTest, WhatIsReleasedStillWorks) {
  uv::Release release(loop());
  release.begin();
  bool fired = false;
  uv::Timer timer(loop(), [&] { fired = true; });
  uv::Hold hold(loop());
  timer.start(1);
  run_until([&] { return fired; });
}

}  // namespace
}  // namespace hermod
