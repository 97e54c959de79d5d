#include "server/memory_limit.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/scratch_dir.h"

namespace hermod {
namespace {

class MemoryLimitTest : public ::testing::Test {
 protected:
  void put(const std::string& path, const std::string& text) {
    const std::filesystem::path whole = root() + path;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << text;
  }
  std::string root() const { return dir.path().string(); }

  const uint64_t machine = memory_limit_bytes("/nowhere");
  test::ScratchDir dir;
};

TEST_F(MemoryLimitTest, WithoutAGroupItIsTheMachines) {
  EXPECT_GT(machine, 64u << 20);
  EXPECT_EQ(memory_limit_bytes(root()), machine);
}

TEST_F(MemoryLimitTest, TheLowestLimitOfTheGroupAndAllAboveIt) {
  put("/proc/self/cgroup", "0::/system.slice/hermod.service\n");
  put("/sys/fs/cgroup/system.slice/hermod.service/memory.max", "max\n");
  EXPECT_EQ(memory_limit_bytes(root()), machine);
  put("/sys/fs/cgroup/system.slice/memory.max", "50000000\n");
  EXPECT_EQ(memory_limit_bytes(root()), 50'000'000u);
  put("/sys/fs/cgroup/system.slice/hermod.service/memory.max", "40000000\n");
  EXPECT_EQ(memory_limit_bytes(root()), 40'000'000u);
}

// A container sees its own group at the mount point of the hierarchy.
TEST_F(MemoryLimitTest, TheMountOfAContainer) {
  put("/proc/self/cgroup", "0::/\n");
  put("/sys/fs/cgroup/memory.max", "30000000\n");
  EXPECT_EQ(memory_limit_bytes(root()), 30'000'000u);
  put("/proc/self/cgroup", "0::/docker/0123\n");
  EXPECT_EQ(memory_limit_bytes(root()), 30'000'000u);
}

TEST_F(MemoryLimitTest, TheFirstVersion) {
  put("/proc/self/cgroup", "5:cpu,cpuacct:/a\n4:memory:/docker/0123\n1:name=systemd:/b\n");
  put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(memory_limit_bytes(root()), machine);
  put("/sys/fs/cgroup/memory/docker/0123/memory.limit_in_bytes", "20000000\n");
  EXPECT_EQ(memory_limit_bytes(root()), 20'000'000u);
}

}  // namespace
}  // namespace hermod
