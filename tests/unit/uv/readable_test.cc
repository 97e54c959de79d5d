#include "uv/readable.h"

#include <sys/socket.h>

#include <array>
#include <memory>
#include <set>
#include <vector>

#include "support/loop_test.h"
#include "support/ws_client.h"
#include "uv/poll.h"

namespace hermod {
namespace {

class ReadableTest : public test::LoopTest {
 protected:
  struct Watched {
    explicit Watched(uv_loop_t* loop)
        : ends(test::connected_sockets(test::SocketKind::kUnix)),
          poll(loop, ends.first, [this](uv::Ready) {
            char byte = 0;
            served += recv(ends.first, &byte, 1, 0) == 1;
          }) {
      poll.watch(uv::Ready::kReadable);
    }
    ~Watched() { ::close(ends.second); }
    std::pair<int, int> ends;
    int served = 0;
    uv::Poll poll;
  };

  std::set<int> readable(size_t most) {
    std::vector<int> found(most);
    found.resize(uv::readable_now(loop(), found));
    return {found.begin(), found.end()};
  }
};

TEST_F(ReadableTest, NamesWhatTheLoopWillServeAndLeavesItToTheLoop) {
  Watched quiet(loop());
  Watched talking(loop());
  settle();  // the loop adds descriptors to epoll in its first iteration
  EXPECT_TRUE(readable(8).empty());
  ASSERT_EQ(send(talking.ends.second, "ab", 2, 0), 2);
  EXPECT_EQ(readable(8), std::set<int>{talking.ends.first});
  EXPECT_EQ(readable(8), std::set<int>{talking.ends.first});
  run_until([&] { return talking.served == 2; });
  EXPECT_TRUE(readable(8).empty());
  EXPECT_EQ(quiet.served, 0);
  ::close(quiet.ends.first);
  ::close(talking.ends.first);
}

TEST_F(ReadableTest, NamesOthersNextTimeWhereThereAreMore) {
  std::vector<std::unique_ptr<Watched>> many;
  for (int i = 0; i < 10; ++i) many.push_back(std::make_unique<Watched>(loop()));
  settle();
  for (const auto& one : many) ASSERT_EQ(send(one->ends.second, "a", 1, 0), 1);
  std::set<int> named;
  for (int i = 0; i < 10; ++i) named.merge(readable(3));
  EXPECT_EQ(named.size(), 10u);
  settle();
  for (const auto& one : many) ::close(one->ends.first);
}

}  // namespace
}  // namespace hermod
