#include "settings/option_checks.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace hermod::option {
namespace {

using Check = bool (*)(std::string_view);
using Texts = std::initializer_list<std::string_view>;

void expect(Check check, const Texts& taken, const Texts& refused) {
  for (const std::string_view text : taken) EXPECT_TRUE(check(text)) << text;
  for (const std::string_view text : refused) EXPECT_FALSE(check(text)) << text;
}

TEST(OptionChecksTest, OriginsAreWhatBrowsersSend) {
  expect(is_origin,
         {"http://localhost:5173", "https://app.example.org", "http://127.0.0.1", "http://[::1]:80",
          "https://xn--bcher-kva.example"},
         {"",
          "*",
          "null",
          "localhost:5173",
          "http://",
          "http://localhost:5173/",
          "http://a/b",
          "ftp://a",
          "http://a:0",
          "http://a:65536",
          "http://a:",
          "http://a:b",
          "HTTP://a",
          "http://A",
          "http://u@a",
          "http://u:p@a",
          "http://a b",
          "http://a,http://b",
          "http://[::1",
          "http://[x]",
          "http://a?b",
          "http://*.example.org",
          "http://a#",
          "http://\xc3\xa4"});
}

TEST(OptionChecksTest, ARedisPrefixIsShortAndHasNoBraces) {
  expect(is_redis_prefix, {"hermod", "a", "staging.eu:2", "A-z_0", std::string(64, 'a')},
         {"", "{a}", "a b", "a/b", "h\xc3\xa9", "a%", "a*", std::string(65, 'a')});
}

TEST(OptionChecksTest, NetworksAreAddressesWithOrWithoutAPrefix) {
  expect(is_network,
         {"10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "127.0.0.1/32", "::1", "fd00::/8", "::/128"},
         {"", "10.0.0", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/-1", "10.0.0.1/a", "/8", "::/129",
          "localhost", "10.0.0.1 ", "[::1]", "10.0.0.1/8/8", "10.0.0.1/ 8"});
}

TEST(OptionChecksTest, BrokersAndTopicsFollowKafka) {
  expect(
      is_broker_list,
      {"kafka:9092", "kafka", "a:1,b:2, c:3", "10.0.0.1:9092", "[::1]:9092", "PLAINTEXT://a:9092",
       "SASL_SSL://a_b.c:9092"},
      {"", "a:1,", ",", "a:0", "a:x", "a b:1", "http//a", "a:1;b:2", "[::1:9092", "é:1", "a/b:1"});
  expect(is_topic, {"a", "huleedu.notification.teacher.requested.v1", "A_b-c.9"},
         {"", ".", "..", "a b", "a/b", "a,b", "a:b", "\xc3\xa4"});
  EXPECT_TRUE(is_topic(std::string(249, 'x')));
  EXPECT_FALSE(is_topic(std::string(250, 'x')));
}

TEST(OptionChecksTest, WordsAndTexts) {
  expect(is_word, {"production", "Test-1", "a.b_c"}, {"", "a b", "a\n", "a/b", "\xc3\xa4"});
  expect(is_text, {"a b", "\xc3\xa4"},
         {"", "a\nb", "\x7f", "\xff", "a\tb", std::string_view("a\0b", 3)});
  expect(is_admin_token, {"0123456789abcdef", "!#/0123456789~:;"},
         {"", "0123456789abcde", "0123456789 abcdef", "0123456789abcde\xc3\xa4",
          "0123456789abcdef\t"});
  expect(is_host, {"0.0.0.0", "::", "::1", "localhost", "a-b.c"},
         {"", "a b", "a:80", "[::1]", "a/b"});
  expect(is_algorithm, {"HS256", "RS512", "ES384"}, {"", "hs256", "none", "PS256", "HS1"});
  expect(is_http_url, {"http://a:4318", "http://a/otlp", "http://u:p@a:4318/x", "https://a"},
         {"", "a:4318", "http://", "https://", "grpc://a", "http://a b", "http://a:x"});
  expect(is_header_list, {"a=b", "a=b,c=%20d"}, {"a", "a=%", "a b=c", "content-length=1"});
  expect(is_sampler, {"always_on", "traceidratio", "parentbased_traceidratio"},
         {"", "parentbased_", "ALWAYS_ON", "jaeger_remote"});
  expect(is_share, {"0", "1", "0.25", "1e-3"}, {"", "-0.1", "1.1", "nan", "x", "0.5x", " 1"});
}

TEST(OptionChecksTest, DetectsAPasswordInAUrl) {
  expect(
      holds_password,
      {"redis://:secret@h", "redis://user:secret@h:6379/0", "redis://u:a@b@h", "redis://u:a/b@h"},
      {"redis://h", "redis://h:6379/0", "unix:///run/redis.sock", "", "a:b@c"});
}

}  // namespace
}  // namespace hermod::option
