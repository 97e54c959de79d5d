#include "lws/lws_context.h"

#include <fcntl.h>
#include <libwebsockets.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <set>
#include <thread>

#include "support/loop_test.h"
#include "support/recording_log.h"
#include "uv/iteration_hook.h"

namespace hermod {
namespace {

class LwsContextTest : public test::LoopTest {
 protected:
  void end(std::unique_ptr<LwsContext>& context) {
    bool closed = false;
    context->close([&] { closed = true; });
    EXPECT_FALSE(closed);
    run_until([&] { return closed; });
    context.reset();
  }

  static std::set<int> open_descriptors() {
    std::set<int> open;
    for (int fd = 0; fd < 256; ++fd) {
      if (fcntl(fd, F_GETFD) != -1) open.insert(fd);
    }
    return open;
  }

  test::RecordingLog log;
};

TEST_F(LwsContextTest, EndsAtOnceAndAfterSomeTurns) {
  for (const bool turned : {false, true}) {
    auto made = LwsContext::create(loop(), log);
    ASSERT_TRUE(made.ok());
    auto context = made.take();
    if (turned) settle();
    end(context);
  }
}

TEST_F(LwsContextTest, SeveralLiveOnOneLoop) {
  auto first = LwsContext::create(loop(), log).take();
  auto second = LwsContext::create(loop(), log).take();
  settle();
  end(first);
  settle();
  end(second);
}

TEST_F(LwsContextTest, MayBeDestroyedInItsLastWord) {
  auto context = LwsContext::create(loop(), log).take();
  context->close([&] { context.reset(); });
  context->close([] { ADD_FAILURE() << "the first one is told"; });
  run_until([&] { return context == nullptr; });
}

TEST_F(LwsContextTest, ClosesNoDescriptorThatIsNotItsOwn) {
  const std::set<int> before = open_descriptors();
  auto context = LwsContext::create(loop(), log).take();
  settle();
  const int wake = context->wake_descriptor();
  std::vector<int> opened;  // each gets the lowest free number, in every iteration of the close
  std::optional<uv::IterationHook> turn_end(std::in_place, loop(), [&] {
    for (int i = 0; i < 10 && opened.size() < 60; ++i) opened.push_back(eventfd(0, EFD_CLOEXEC));
  });
  bool closed = false;
  context->close([&] { closed = true; });
  run_until([&] { return closed; });
  turn_end.reset();
  context.reset();
  // Version 4.1 closes the descriptor in the first step; from then on its number is free for reuse.
  const bool early = LWS_LIBRARY_VERSION_MINOR == 1;
  EXPECT_EQ(std::ranges::find(opened, wake) != opened.end(), early);
  for (const int fd : opened) EXPECT_EQ(close(fd), 0);
  EXPECT_EQ(open_descriptors(), before);
}

// Opens and closes descriptors on a thread. Counts those that something else closed.
class DescriptorUser {
 public:
  DescriptorUser() : thread_([this] { run(); }) {}
  ~DescriptorUser() { stop(); }
  int stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    return lost_;
  }

 private:
  void run() {
    while (!stopping_) {
      std::array<int, 4> own;
      for (int& fd : own) fd = eventfd(0, EFD_CLOEXEC);
      for (const int fd : own) lost_ += close(fd) != 0 ? 1 : 0;
    }
  }

  std::atomic<bool> stopping_ = false;
  int lost_ = 0;
  std::thread thread_;
};

TEST_F(LwsContextTest, ClosesNoDescriptorOfAnotherThread) {
  DescriptorUser user;
  for (int i = 0; i < 100; ++i) {
    auto context = LwsContext::create(loop(), log).take();
    settle();
    end(context);
  }
  EXPECT_EQ(user.stop(), 0);
}

TEST_F(LwsContextTest, ShowsTheLibraryABoundedTableAndLeavesTheLimitAlone) {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  LwsContextOptions options;
  options.descriptors_max = 300;
  auto context = LwsContext::create(loop(), log, options).take();
  EXPECT_EQ(context->descriptor_limit(), 300);
  rlimit after{};
  getrlimit(RLIMIT_NOFILE, &after);
  EXPECT_EQ(before.rlim_cur, after.rlim_cur);
  end(context);
}

TEST_F(LwsContextTest, TakesTheLibrarysWordsButNotItsOrdinaryOnes) {
  auto context = LwsContext::create(loop(), log).take();
  lwsl_err("something odd\n");
  lwsl_err("adopt_socket_readbuf: calling service\n");
  EXPECT_TRUE(log.has("line=something odd"));
  EXPECT_FALSE(log.has("calling service"));
  end(context);
  log.lines.clear();
  lwsl_err("nobody listens\n");
  EXPECT_TRUE(log.lines.empty());
}

TEST_F(LwsContextTest, SaysWhatIsMissingWhereItCannotBeMade) {
  LwsContextOptions options;
  options.descriptors_max = 3;  // not enough to open the libuv plugin
  const auto made = LwsContext::create(loop(), log, options);
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().message.find("libwebsockets-evlib-uv"), std::string::npos);
}

}  // namespace
}  // namespace hermod
