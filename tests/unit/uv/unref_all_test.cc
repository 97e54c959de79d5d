#include "uv/unref_all.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "support/loop_test.h"
#include "uv/immediate.h"
#include "uv/keep_alive.h"
#include "uv/poll.h"
#include "uv/timer.h"

namespace hermod {
namespace {

using UnrefAllTest = test::LoopTest;

constexpr uint64_t kNeverMs = 3'600'000;

TEST_F(UnrefAllTest, WhatIsOursKeepsTheLoopAliveOnlyUntilItBegins) {
  uv::OwnLoop own;
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  {
    uv::UnrefAll release(own.get());
    uv::KeepAlive hold(own.get());
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
    release.begin();
    hold.unref();
    EXPECT_FALSE(own.poll());
  }
  own.run();
  close(fd);
}

TEST_F(UnrefAllTest, WhatIsMadeLaterIsReleasedByTheEndOfTheTurn) {
  uv::OwnLoop own;
  {
    uv::UnrefAll release(own.get());
    release.begin();
    uv::Timer timer(own.get(), [] {});
    uv::Immediate soon(own.get(), [&] { timer.start(kNeverMs); });
    soon.ask();
    own.run();
    EXPECT_TRUE(timer.active());
  }
  own.run();
}

TEST_F(UnrefAllTest, WhatIsReleasedStillWorks) {
  uv::UnrefAll release(loop());
  release.begin();
  bool fired = false;
  uv::Timer timer(loop(), [&] { fired = true; });
  uv::KeepAlive hold(loop());
  timer.start(1);
  run_until([&] { return fired; });
}

}  // namespace
}  // namespace hermod
