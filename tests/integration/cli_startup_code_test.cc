#include "cli/startup_code.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>

namespace hermod::cli {
namespace {

constexpr size_t kPageBytes = 4096;

// Pages of the program file that are mapped read-only, like its code.
struct alignas(kPageBytes) Page {
  char text[kPageBytes];
};
extern const Page kPages[2];
const Page kPages[2] = {{"as in the file"}, {"as in the file"}};

class StartupCodeTest : public ::testing::Test {
 protected:
  static void* page(size_t i) { return const_cast<Page*>(&kPages[i]); }
  // The content of the memory; volatile, because the compiler knows the initial value.
  static char letter(size_t i) { return *static_cast<volatile const char*>(page(i)); }
};

TEST_F(StartupCodeTest, KeepsAPageThatWasChanged) {
  ASSERT_EQ(mprotect(page(0), kPageBytes, PROT_READ | PROT_WRITE), 0);
  *static_cast<volatile char*>(page(0)) = 'c';
  ASSERT_EQ(mprotect(page(0), kPageBytes, PROT_READ), 0);
  release_startup_code();
  EXPECT_EQ(letter(0), 'c');
}

TEST_F(StartupCodeTest, KeepsAPageThatWasMoved) {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  ASSERT_EQ(mmap(page(1), kPageBytes, PROT_READ | PROT_WRITE, flags, -1, 0), page(1));
  std::memset(page(1), 'm', kPageBytes);
  ASSERT_EQ(mprotect(page(1), kPageBytes, PROT_READ), 0);
  release_startup_code();
  EXPECT_EQ(letter(1), 'm');
}

}  // namespace
}  // namespace hermod::cli
