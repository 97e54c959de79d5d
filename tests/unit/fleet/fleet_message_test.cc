#include "fleet/fleet_message.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

FleetMessage round_trip(const FleetMessage& message) {
  auto decoded = decode_fleet_message(encode(message));
  EXPECT_TRUE(decoded);
  return decoded.value_or(FleetMessage{});
}

template <class Content>
const Content* request_of(const FleetMessage& message) {
  const auto* request = std::get_if<FleetRequest>(&message.content);
  return request == nullptr ? nullptr : std::get_if<Content>(request);
}

TEST(FleetMessageTest, AFindRequestKeepsTheUserAndTheSender) {
  const FleetMessage message = round_trip({"host.1", 7, FleetRequest(FindRequest{"ann \"a\""})});
  EXPECT_EQ(message.from, "host.1");
  EXPECT_EQ(message.number, 7u);
  ASSERT_NE(request_of<FindRequest>(message), nullptr);
  EXPECT_EQ(request_of<FindRequest>(message)->user, "ann \"a\"");
}

TEST(FleetMessageTest, ADisconnectRequestKeepsAllFields) {
  const DisconnectRequest sent{.user = "ann", .code = 4010, .reason = "lost laptop"};
  const FleetMessage message = round_trip({"host.1", 1, FleetRequest(sent)});
  const auto* got = request_of<DisconnectRequest>(message);
  ASSERT_NE(got, nullptr);
  EXPECT_EQ(got->user, "ann");
  EXPECT_EQ(got->code, 4010);
  EXPECT_EQ(got->reason, "lost laptop");
}

TEST(FleetMessageTest, ADisconnectRequestKeepsTheRevocation) {
  const DisconnectRequest sent{.user = "ann", .revoke = true, .revoked_s = 1'750'000'000};
  const FleetMessage message = round_trip({"host.1", 1, FleetRequest(sent)});
  const auto* got = request_of<DisconnectRequest>(message);
  ASSERT_NE(got, nullptr);
  EXPECT_TRUE(got->revoke);
  EXPECT_EQ(got->revoked_s, 1'750'000'000u);
}

TEST(FleetMessageTest, ARevokedTokenKeepsItsIdAndItsEnd) {
  const FleetMessage message =
      round_trip({"host.1", 2, FleetRequest(RevokeTokenRequest{{"a \"1\"", 1'750'000'000'000}})});
  const auto* got = request_of<RevokeTokenRequest>(message);
  ASSERT_NE(got, nullptr);
  EXPECT_EQ(got->token.id, "a \"1\"");
  EXPECT_EQ(got->token.until_ms, 1'750'000'000'000);
}

TEST(FleetMessageTest, AReasonThatExceedsACloseFrameIsRefused) {
  const std::string fits(kCloseReasonBytesMax, 'a');
  const auto with = [](const std::string& reason) {
    return encode({"h", 1, FleetRequest(DisconnectRequest{.user = "ann", .reason = reason})});
  };
  EXPECT_TRUE(decode_fleet_message(with(fits)));
  EXPECT_FALSE(decode_fleet_message(with(fits + "a")));
}

TEST(FleetMessageTest, ABroadcastKeepsAllFields) {
  const BroadcastRequest sent{.notification_type = "maintenance",
                              .payload = R"({"at":"22:00"})",
                              .category = "system_alerts",
                              .priority = "low"};
  const FleetMessage message = round_trip({"host.1", 1, FleetRequest(sent)});
  const auto* got = request_of<BroadcastRequest>(message);
  ASSERT_NE(got, nullptr);
  EXPECT_EQ(got->notification_type, "maintenance");
  EXPECT_EQ(got->payload, R"({"at":"22:00"})");
  EXPECT_EQ(got->category, "system_alerts");
  EXPECT_EQ(got->priority, "low");
}

TEST(FleetMessageTest, ARoomRequestKeepsTheUserAndTheNumber) {
  const FleetMessage message = round_trip({"host.1", 0, FleetRequest(RoomRequest{"ann", 3})});
  const auto* got = request_of<RoomRequest>(message);
  ASSERT_NE(got, nullptr);
  EXPECT_EQ(got->user, "ann");
  EXPECT_EQ(got->needed, 3u);
}

TEST(FleetMessageTest, AnAnswerKeepsItsConnections) {
  FleetAnswer sent{.connections = 3, .found = {}};
  sent.found.push_back({.id = "12",
                        .process = "not sent",
                        .device = "phone",
                        .since_ms = 1'700'000'000'123,
                        .address = "10.0.0.0/24"});
  const FleetMessage message = round_trip({"host.1", 1, sent});
  const auto* got = std::get_if<FleetAnswer>(&message.content);
  ASSERT_NE(got, nullptr);
  EXPECT_EQ(got->connections, 3u);
  ASSERT_EQ(got->found.size(), 1u);
  EXPECT_EQ(got->found[0].id, "12");
  EXPECT_EQ(got->found[0].process, "");
  EXPECT_EQ(got->found[0].device, "phone");
  EXPECT_EQ(got->found[0].since_ms, 1'700'000'000'123);
  EXPECT_EQ(got->found[0].address, "10.0.0.0/24");
}

TEST(FleetMessageTest, WhatHasAnotherFormIsNoMessage) {
  for (const char* text :
       {"", "{", "[]", "17", "{}", R"({"kind":"find"})", R"({"kind":"find","user":"a"})",
        R"({"kind":"later","user":"a","from":"h","number":1})",
        R"({"kind":"find","user":1,"from":"h","number":1})",
        R"({"kind":"answer","connections":-1.5,"found":{},"from":"h","number":1})",
        R"({"kind":"disconnect","user":"a","from":"h","number":1})",
        R"({"kind":"disconnect","user":"a","code":1005,"reason":"","from":"h","number":1})",
        R"({"kind":"disconnect","user":"a","code":66544,"reason":"","from":"h","number":1})"}) {
    EXPECT_FALSE(decode_fleet_message(text)) << text;
  }
}

TEST(FleetMessageTest, AReportKeepsEverythingButTheId) {
  const FleetProcess sent{.id = "host.1",
                          .host = "host",
                          .version = "1.2.3",
                          .since_ms = 1'700'000'000'000,
                          .connections = 12,
                          .users = 10,
                          .consumes = false,
                          .lag = 42,
                          .ready = true};
  const auto got = decode_report(encode_report(sent));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->id, "");
  EXPECT_EQ(got->host, "host");
  EXPECT_EQ(got->version, "1.2.3");
  EXPECT_EQ(got->since_ms, 1'700'000'000'000);
  EXPECT_EQ(got->connections, 12u);
  EXPECT_EQ(got->users, 10u);
  EXPECT_FALSE(got->consumes);
  EXPECT_EQ(got->lag, 42);
  EXPECT_TRUE(got->ready);
}

TEST(FleetMessageTest, AnUnknownLagStaysUnknown) {
  const auto got = decode_report(encode_report({}));
  ASSERT_TRUE(got);
  EXPECT_FALSE(got->lag);
}

TEST(FleetMessageTest, WhatHasAnotherFormIsNoReport) {
  for (const char* text : {"", "{}", R"({"host":1})", "null"}) {
    EXPECT_FALSE(decode_report(text)) << text;
  }
}

}  // namespace
}  // namespace hermod
