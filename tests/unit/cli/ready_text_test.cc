#include "cli/ready_text.h"

#include <gtest/gtest.h>

namespace hermod::cli {
namespace {

TEST(ReadyTextTest, IsOneLineForAConfiguredService) {
  EXPECT_EQ(ready_text("http://0.0.0.0:80"), "hermod ready on http://0.0.0.0:80\n");
}

TEST(ReadyTextTest, ShowsExamplesTheBrokerAndTheConsole) {
  const ReadyService service{"http://127.0.0.1:8080", "127.0.0.1:9092",
                             "http://127.0.0.1:8080/console", "secret"};
  EXPECT_EQ(ready_text_with_examples(service, "/b/hermod"),
            "hermod ready on http://127.0.0.1:8080\n"
            "embedded Kafka broker at 127.0.0.1:9092, for any Kafka client\n"
            "try, in other terminals:\n"
            "  /b/hermod listen ann\n"
            "  /b/hermod publish ann class_created --payload '{\"class\":\"7b\"}'\n"
            "  curl -s http://127.0.0.1:8080/healthz/ready\n"
            "or open the console in a browser: http://127.0.0.1:8080/console#secret\n");
}

TEST(ReadyTextTest, OmitsABrokerAndAConsoleThatDoNotExist) {
  EXPECT_EQ(ready_text_with_examples({"http://h:1", "", "", ""}, "hermod"),
            "hermod ready on http://h:1\n"
            "try, in other terminals:\n"
            "  hermod listen ann\n"
            "  hermod publish ann class_created --payload '{\"class\":\"7b\"}'\n"
            "  curl -s http://h:1/healthz/ready\n");
}

}  // namespace
}  // namespace hermod::cli
