#include "settings/toml_shape.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "unit/settings/option_fixture.h"

namespace hermod {
namespace {

using ::testing::HasSubstr;
using TomlShapeTest = test::OptionTest;

std::string repeated(std::string_view text, size_t times) {
  std::string made;
  for (size_t i = 0; i < times; ++i) made += text;
  return made;
}

std::string judged(const std::string& text) {
  const Result<void> checked = check_toml_shape(text);
  return checked ? "" : checked.error().message;
}

TEST_F(TomlShapeTest, AcceptsEverythingInAFlatFile) {
  EXPECT_EQ(judged(""), "");
  EXPECT_EQ(judged("# a comment with ... and [[[[[[[[[[[[\na = 1\n"), "");
  EXPECT_EQ(judged("a = [\"" + repeated("1.1.1.1/8\", \"", 400) + "\"]\n"), "");
  EXPECT_EQ(judged("a = '" + std::string(1000, '.') + "'\nb = \"\\\"" + std::string(1000, '[') +
                   "\"\nc = '''\n''" + std::string(1000, '{') + "'''''\n"),
            "");
  EXPECT_EQ(judged("a = \"\"\"\n\\\"\"\"" + std::string(1000, '.') + "\"\"\"\n"), "");
}

TEST_F(TomlShapeTest, RefusesWhatTheParserWouldRecurseOver) {
  const std::string dots = "a" + repeated(".a", 50'000);
  EXPECT_THAT(judged(dots + " = 1\n"), HasSubstr("a line of more than 65536 bytes"));
  const std::string some = "a" + repeated(".a", 65);
  EXPECT_THAT(judged("x = 1\n" + some + " = 1\n"), HasSubstr("at line 2, more than 64 dots"));
  EXPECT_THAT(judged('[' + some + "]\n"), HasSubstr("more than 64 dots"));
  EXPECT_THAT(judged("x = {" + some + " = 1}\n"), HasSubstr("more than 64 dots"));
  // The limit applies to the whole text, not to each line.
  EXPECT_THAT(judged(repeated("x = [{a.a.a.a.a = 1}]\n", 20)), HasSubstr("dots"));
  EXPECT_THAT(judged("x = " + repeated("[\n", 9)), HasSubstr("more than 8 deep"));
  EXPECT_THAT(judged("x = " + repeated("{a=", 9)), HasSubstr("more than 8 deep"));
}

// A scanner without the quoting rules of TOML would skip the text after these quotes.
TEST_F(TomlShapeTest, SeesWhatFollowsAString) {
  const std::string some = "a" + repeated(".a", 65);
  for (const char* before :
       {"x = ''\n", "x = \"\"\n", "x = '\\'\n", "x = \"\\\\\"\n", "x = \"\"\"a\"\"\"\"\n",
        "x = \"\"\"a\"\"\"\"\"\n", "x = '''a''''\n", "x = '''a'''''\n", "x = \"\"\"\n\"\n\"\"\"\n",
        "# \"\n", "x = ['''\n''', {", "x = [\"\"\"a\"\"\"\", {"}) {
    EXPECT_THAT(judged(before + some + " = 1\n"), HasSubstr("more than 64 dots")) << before;
  }
}

TEST_F(TomlShapeTest, TheConfigurationIsRefusedAndNotParsed) {
  EXPECT_THAT(refusal({}, {}, "a" + repeated(".a", 30'000) + " = 1\n"),
              HasSubstr("hermod.toml, which has, at line 1, more than 64 dots"));
  EXPECT_THAT(refusal({}, {}, "x = " + repeated("[", 20'000)), HasSubstr("deep"));
  EXPECT_THAT(refusal({}, {}, "# " + repeated("x\n", 600'000)), HasSubstr("larger than 1048576"));
}

TEST_F(TomlShapeTest, APipeAsAFileIsRefusedAtOnce) {
  const std::string pipe = dir_.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  OptionSources sources;
  sources.environment.value = [](const std::string&) { return std::nullopt; };
  sources.config_file = pipe;
  EXPECT_THAT(load_options(sources).error().message, HasSubstr("pipe, which cannot be read"));
  EXPECT_THAT(refusal({{"KAFKA_CONFIG_FILE", pipe}}), HasSubstr("it is a pipe"));
}

}  // namespace
}  // namespace hermod
