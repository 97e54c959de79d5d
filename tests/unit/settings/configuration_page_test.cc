#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "settings/option_reference.h"
#include "unit/settings/source_root.h"

// docs/configuration.md has a part written by hand and, after the marker, the generated option
// table. If HERMOD_WRITE_DOCS is set, this test writes the page instead of comparing it.

namespace hermod {
namespace {

constexpr std::string_view kMarker = "<!-- from the option table -->\n";

TEST(ConfigurationPageTest, MatchesTheOptionTable) {
  const std::string path = std::string(kSourceRoot) + "/docs/configuration.md";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const size_t marker = page.find(kMarker);
  ASSERT_NE(marker, std::string::npos) << path << " has no marker";
  const std::string wanted = page.substr(0, marker) + std::string(kMarker) + option_reference();
  if (std::getenv("HERMOD_WRITE_DOCS") != nullptr) {
    std::ofstream(path) << wanted;
    return;
  }
  EXPECT_TRUE(page == wanted) << "the option table has changed; generate the page again with\n"
                                 "HERMOD_WRITE_DOCS=1 build/tests/unit_tests "
                                 "--gtest_filter='ConfigurationPage*'";
}

}  // namespace
}  // namespace hermod
