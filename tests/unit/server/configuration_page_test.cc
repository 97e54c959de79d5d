#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "server/option_reference.h"
#include "unit/server/source_root.h"

// docs/configuration.md: a head written by hand, and behind the mark what the option table says.
// With HERMOD_WRITE_DOCS in its environment this test writes the page instead of judging it.

namespace hermod {
namespace {

constexpr std::string_view kMark = "<!-- from the option table -->\n";

TEST(ConfigurationPageTest, SaysWhatTheTableSays) {
  const std::string path = std::string(kSourceRoot) + "/docs/configuration.md";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const size_t mark = page.find(kMark);
  ASSERT_NE(mark, std::string::npos) << path << " has no mark";
  const std::string wanted = page.substr(0, mark) + std::string(kMark) + option_reference();
  if (std::getenv("HERMOD_WRITE_DOCS") != nullptr) {
    std::ofstream(path) << wanted;
    return;
  }
  EXPECT_TRUE(page == wanted) << "the option table has changed; write the page anew by\n"
                                 "HERMOD_WRITE_DOCS=1 build/tests/unit_tests "
                                 "--gtest_filter='ConfigurationPage*'";
}

}  // namespace
}  // namespace hermod
