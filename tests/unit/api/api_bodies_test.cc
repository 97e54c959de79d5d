#include "api/api_bodies.h"

#include <gmock/gmock.h>

#include <string>

namespace hermod {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kNowMs = 1'750'000'000'000;

template <typename Value>
std::string message(const std::variant<Value, Fault>& parsed) {
  const auto* fault = std::get_if<Fault>(&parsed);
  if (fault == nullptr) return "";
  EXPECT_EQ(fault->status, 400);
  EXPECT_EQ(fault->code, ErrorCode::kValidation);
  return fault->message;
}

std::string refusal(std::string_view body) {
  return message(parse_disconnect(body, "ann", kNowMs));
}

DisconnectRequest disconnect(std::string_view body) {
  return std::get<DisconnectRequest>(parse_disconnect(body, "ann", kNowMs));
}

TEST(ApiBodiesTest, ADisconnectMayHaveNoBody) {
  for (const char* body : {"", "{}"}) {
    const DisconnectRequest request = disconnect(body);
    EXPECT_EQ(request.user, "ann");
    EXPECT_EQ(request.code, 1008);
    EXPECT_EQ(request.reason, "");
    EXPECT_FALSE(request.revoke);
    EXPECT_FALSE(request.revoked_s);
  }
}

TEST(ApiBodiesTest, ADisconnectMayHaveAllFields) {
  const DisconnectRequest request =
      disconnect(R"({"code":4321,"reason":"tschüß","revoke":true,"before":1750000000})");
  EXPECT_EQ(request.code, 4321);
  EXPECT_EQ(request.reason, "tschüß");
  EXPECT_TRUE(request.revoke);
  EXPECT_EQ(request.revoked_s, 1'750'000'000);
  EXPECT_EQ(disconnect(R"({"revoke":false})").revoke, false);
}

TEST(ApiBodiesTest, TheCodesThatMayBeSentAreAccepted) {
  const auto with_code = [](int code) {
    return refusal("{\"code\":" + std::to_string(code) + '}');
  };
  for (const int code : {1000, 1003, 1007, 1014, 3000, 4999}) EXPECT_EQ(with_code(code), "");
  for (const int code : {-1, 0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65536 + 1008}) {
    EXPECT_EQ(with_code(code),
              "code must be an integer from 1000 to 1003, 1007 to 1014 or 3000 to 4999")
        << code;
  }
  for (const char* body : {R"({"code":"1008"})", R"({"code":1008.0})", R"({"code":null})",
                           R"({"code":true})", R"({"code":18446744073709551615})"}) {
    EXPECT_THAT(refusal(body), HasSubstr("code must be an integer")) << body;
  }
}

TEST(ApiBodiesTest, AReasonFitsIntoACloseFrame) {
  const auto with_reason = [](const std::string& reason) {
    return refusal(R"({"reason":")" + reason + "\"}");
  };
  EXPECT_EQ(with_reason(std::string(123, 'a')), "");
  const char* const kRefused = "reason must be a string of at most 123 bytes of UTF-8";
  EXPECT_EQ(with_reason(std::string(124, 'a')), kRefused);
  EXPECT_EQ(with_reason(std::string(121, 'a') + "€"), kRefused);  // bytes, not characters
  EXPECT_EQ(refusal(R"({"reason":7})"), kRefused);
  EXPECT_EQ(refusal(R"({"reason":null})"), kRefused);
}

TEST(ApiBodiesTest, OtherFieldsHaveTheirTypes) {
  EXPECT_EQ(refusal(R"({"revoke":1})"), "revoke must be true or false");
  const char* const kBefore =
      "before must be an integer, the seconds since 1970-01-01T00:00:00Z, and not in the future";
  for (const char* before :
       {"-1", "0", "1.5", "\"1\"", "1750000061", "1750000000000", "18446744073709551615"}) {
    EXPECT_EQ(refusal("{\"revoke\":true,\"before\":" + std::string(before) + '}'), kBefore);
  }
  EXPECT_EQ(refusal(R"({"revoke":true,"before":1750000060})"), "");
  EXPECT_EQ(refusal(R"({"before":1})"), "before needs revoke to be true");
}

TEST(ApiBodiesTest, TheBodyIsAnObjectOfKnownFields) {
  const char* const kRefused =
      "the body must be a JSON object; its fields are code, reason, revoke, before";
  for (const char* body : {"[]", "7", "null", "{", "{}{}", "{\"reason\":\"\xff\"}", " "}) {
    EXPECT_EQ(refusal(body), kRefused) << body;
  }
  EXPECT_EQ(refusal(R"({"coed":1})"),
            "the body has the unknown field coed; its fields are code, reason, revoke, before");
  EXPECT_THAT(refusal("{\"a\\u001b" + std::string(200, 'b') + "\":1}"),
              ::testing::AllOf(HasSubstr("a\\u001bbb"), ::testing::Not(HasSubstr("\x1b"))));
  EXPECT_EQ(refusal(std::string(8000, '[')), kRefused);
}

TEST(ApiBodiesTest, ATokenIdIsRequired) {
  EXPECT_EQ(std::get<std::string>(parse_token_id(R"({"jti":"a"})")), "a");
  for (const std::string& body :
       {std::string("{}"), std::string(R"({"jti":""})"), std::string(R"({"jti":7})"),
        R"({"jti":")" + std::string(257, 'a') + "\"}"}) {
    EXPECT_EQ(message(parse_token_id(body)), "jti must be a string of 1 to 256 bytes");
  }
  EXPECT_THAT(message(parse_token_id("")), HasSubstr("must be a JSON object; its fields are jti"));
}

TEST(ApiBodiesTest, ABroadcastHasATypeAndAPayload) {
  const auto parsed = parse_broadcast(
      R"({"notification_type":"maintenance","payload":{"b":1,"a":[true]},"priority":"high"})");
  const auto& request = std::get<BroadcastRequest>(parsed);
  EXPECT_EQ(request.notification_type, "maintenance");
  EXPECT_EQ(request.payload, R"({"b":1,"a":[true]})");
  EXPECT_EQ(request.category, "");
  EXPECT_EQ(request.priority, "high");
  const auto refused = [](const std::string& rest) {
    return message(parse_broadcast("{\"notification_type\":\"t\"" + rest + '}'));
  };
  EXPECT_EQ(refused(R"(,"payload":{},"category":"system_alerts")"), "");
  EXPECT_EQ(refused(""), "payload must be a JSON object");
  EXPECT_EQ(refused(R"(,"payload":"x")"), "payload must be a JSON object");
  EXPECT_EQ(refused(R"(,"payload":{},"category":"x")"),
            "category must be one of batch_progress, processing_results, file_operations, "
            "class_management, student_workflow, system_alerts");
  EXPECT_EQ(refused(R"(,"payload":{},"priority":1)"),
            "priority must be one of critical, immediate, high, standard, low");
  EXPECT_EQ(message(parse_broadcast(R"({"payload":{}})")),
            "notification_type must be a string of 1 to 256 bytes");
}

TEST(ApiBodiesTest, AUserIdIsPercentEncodedUtf8) {
  EXPECT_EQ(std::get<std::string>(parse_user_id("a%2Fb%20%C3%A9+")), "a/b é+");
  EXPECT_THAT(message(parse_user_id("a%2")), HasSubstr("malformed percent-encoding"));
  EXPECT_THAT(message(parse_user_id("%ff")), HasSubstr("1 to 256 bytes of UTF-8"));
  EXPECT_EQ(message(parse_user_id(std::string(256, 'a'))), "");
  EXPECT_THAT(message(parse_user_id(std::string(257, 'a'))), HasSubstr("1 to 256 bytes"));
}

}  // namespace
}  // namespace hermod
