#include "ws/close_payload.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(ClosePayloadTest, PutsTheCodeInFront) {
  EXPECT_EQ(build_close_payload(1008, "why"), std::string("\x03\xf0why"));
}

TEST(ClosePayloadTest, ReadsTheCode) {
  EXPECT_EQ(close_code_of(build_close_payload(4999, "")), 4999);
  EXPECT_EQ(close_code_of(""), kNoCloseCode);
  EXPECT_EQ(close_code_of("\x03"), kNoCloseCode);
}

TEST(ClosePayloadTest, AcceptsTheCodesThatAnEndpointMaySend) {
  EXPECT_EQ(check_close_payload("").message, "");
  for (const uint16_t code : {1000, 1003, 1007, 1014, 3000, 4999})
    EXPECT_EQ(check_close_payload(build_close_payload(code, "bye")).message, "") << code;
  for (const uint16_t code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65'535}) {
    const CloseFault fault = check_close_payload(build_close_payload(code, "bye"));
    EXPECT_EQ(fault.code, CloseCode::kProtocolError) << code;
    EXPECT_EQ(fault.message, "invalid close code") << code;
  }
  EXPECT_EQ(check_close_payload("\x03").message, "invalid close code");
}

TEST(ClosePayloadTest, TheReasonIsUtf8) {
  const CloseFault fault = check_close_payload(build_close_payload(1000, "\xff"));
  EXPECT_EQ(fault.code, CloseCode::kInvalidData);
  EXPECT_EQ(fault.message, "text is not UTF-8");
}

TEST(ClosePayloadTest, LabelsKnownCodesAndNoOthers) {
  EXPECT_EQ(close_code_label(1000), "1000");
  EXPECT_EQ(close_code_label(4000), "4000");
  EXPECT_EQ(close_code_label(4999), "other");
  EXPECT_EQ(close_code_label(0), "other");
}

}  // namespace
}  // namespace hermod
