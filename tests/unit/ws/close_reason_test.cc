#include "ws/close_reason.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "auth/verifier.h"
#include "base/text.h"

namespace hermod {
namespace {

constexpr char kId[] = "5f0c6e2a-0000-4000-8000-00000000abcd";

std::string build(ErrorCode error, std::string_view message, std::string_view id = kId) {
  return build_close_reason({error, message, id, std::nullopt});
}

TEST(CloseReasonTest, HasTheFormOfTheProtocol) {
  EXPECT_EQ(build(ErrorCode::kTimeout, "too late"),
            R"({"error_code":"TIMEOUT","message":"too late",)"
            R"("correlation_id":"5f0c6e2a-0000-4000-8000-00000000abcd"})");
}

TEST(CloseReasonTest, IsAlwaysWholeJsonWithinItsBound) {
  const std::string messages[] = {
      "",
      std::string(500, 'm'),
      std::string(200, '"'),
      std::string(200, '\\'),
      std::string(200, '\n'),
      "\x01\x1f\x7f and text",
      "a\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac",
      "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80",
      "bad \xff utf-8",
  };
  const std::string ids[] = {"",
                             "x",
                             kId,
                             std::string(128, 'i'),
                             std::string(60, '"'),
                             std::string(34, 'i') + "\xe2\x82\xac",
                             "\xff"};
  for (int code = 0; code <= static_cast<int>(ErrorCode::kUnknown); ++code) {
    for (const std::string& message : messages) {
      for (const std::string& id : ids) {
        for (const auto retry : {std::optional<int64_t>{}, std::optional<int64_t>{600'000}}) {
          const auto error = static_cast<ErrorCode>(code);
          const std::string reason = build_close_reason({error, message, id, retry});
          ASSERT_LE(reason.size(), kCloseReasonBytesMax);
          ASSERT_TRUE(is_utf8(reason));
          const auto json = nlohmann::json::parse(reason, nullptr, false);
          ASSERT_TRUE(json.is_object()) << reason;
          EXPECT_EQ(json["error_code"], to_string(error));
          EXPECT_TRUE(json.contains("message") || retry.has_value());
          const std::string said = json.value("message", "");
          EXPECT_EQ(message.substr(0, said.size()), said);
          const auto named = json["correlation_id"].get<std::string>();
          EXPECT_LE(named.size(), kCloseCorrelationIdBytesMax);
          EXPECT_EQ(id.substr(0, named.size()), named);
          EXPECT_EQ(json.contains("retry_after_ms"), retry.has_value());
        }
      }
    }
  }
}

TEST(CloseReasonTest, TheIdStandsWholeBesideTheTimeToComeBack) {
  for (const int64_t retry_ms : {0, 1'385, 14'000, 600'000}) {
    const auto json = nlohmann::json::parse(build_close_reason(
        {ErrorCode::kServiceUnavailable, "the service is shutting down", kId, retry_ms}));
    EXPECT_EQ(json, nlohmann::json({{"error_code", "SERVICE_UNAVAILABLE"},
                                    {"correlation_id", kId},
                                    {"retry_after_ms", retry_ms}}));
  }
  const auto json = nlohmann::json::parse(
      build_close_reason({ErrorCode::kServiceUnavailable, "shutting down", "short", 1'385}));
  EXPECT_EQ(json["message"], "shutting down");
  EXPECT_EQ(json["correlation_id"], "short");
  EXPECT_FALSE(
      nlohmann::json::parse(build_close_reason({ErrorCode::kRateLimit, "too often", kId, 20'000}))
          .contains("message"));
}

TEST(CloseReasonTest, CutsTheIdAtItsBoundAndTheMessageBetweenCharacters) {
  EXPECT_NE(build(ErrorCode::kTimeout, "", std::string(40, 'i')).find(std::string(36, 'i') + "\""),
            std::string::npos);
  const auto json = nlohmann::json::parse(
      build(ErrorCode::kAuthentication, "123456789012345\xe2\x82\xac and more"));
  EXPECT_EQ(json["message"], "123456789012345");
}

TEST(CloseReasonTest, SaysWholeWords) {
  const auto json = nlohmann::json::parse(build(ErrorCode::kAuthentication, "one two three four"));
  EXPECT_EQ(json["message"], "one two three");
  const auto ends =
      nlohmann::json::parse(build(ErrorCode::kAuthentication, "one two three 456 78"));
  EXPECT_EQ(ends["message"], "one two three 456");
}

TEST(CloseReasonTest, WhyATokenIsNoGoodStandsWholeBesideTheId) {
  for (int why = 0; why <= static_cast<int>(kDeniedLast); ++why) {
    const std::string_view said = message(static_cast<Denied>(why));
    const auto json = nlohmann::json::parse(build(ErrorCode::kAuthentication, said));
    EXPECT_EQ(json["message"], said);
    EXPECT_EQ(json["correlation_id"], kId);
  }
}

}  // namespace
}  // namespace hermod
