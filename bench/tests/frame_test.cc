#include "kit/frame.h"

#include <gtest/gtest.h>

#include <string>

namespace hermod::bench {
namespace {

using namespace std::string_literals;

constexpr size_t kPayloadMax = 1'000'000;

ParseState parse(const std::string& bytes, Frame& frame) {
  return parse_server_frame(bytes, kPayloadMax, frame);
}

TEST(ServerFrame, IsReadInEachOfTheThreeLengths) {
  for (const size_t size : {0u, 1u, 125u, 126u, 65'535u, 65'536u, 1'000'000u}) {
    const std::string payload(size, 'x');
    const std::string bytes = server_text_header(size) + payload + "next";
    Frame frame;
    ASSERT_EQ(parse(bytes, frame), ParseState::kFrame) << size;
    EXPECT_EQ(frame.opcode, Opcode::kText);
    EXPECT_TRUE(frame.final);
    EXPECT_EQ(frame.payload, payload);
    EXPECT_EQ(frame.size, bytes.size() - 4);
  }
}

TEST(ServerFrame, IsWaitedForAtEachCut) {
  const std::string bytes = server_text_header(300) + std::string(300, 'x');
  Frame frame;
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_EQ(parse(bytes.substr(0, cut), frame), ParseState::kNeedMore) << cut;
  }
  EXPECT_EQ(parse(bytes, frame), ParseState::kFrame);
}

TEST(ServerFrame, IsBadWhenNoServerMaySendIt) {
  Frame frame;
  EXPECT_EQ(parse("\xc1\x00"s, frame), ParseState::kBad) << "reserved bit";
  EXPECT_EQ(parse("\x83\x00"s, frame), ParseState::kBad) << "unknown opcode";
  EXPECT_EQ(parse("\x81\x80"s, frame), ParseState::kBad) << "masked";
  EXPECT_EQ(parse("\x09\x00"s, frame), ParseState::kBad) << "a fragmented ping";
  EXPECT_EQ(parse("\x89\x7e\x00\x7e"s, frame), ParseState::kBad) << "a long ping";
  EXPECT_EQ(parse("\x81\x7e\x00\x7d"s, frame), ParseState::kBad) << "length not minimal";
  EXPECT_EQ(parse("\x81\x7f\0\0\0\0\0\0\xff\xff"s, frame), ParseState::kBad)
      << "64-bit length not minimal";
  EXPECT_EQ(parse("\x81\x7f\0\0\0\1\0\0\0\0"s, frame), ParseState::kBad) << "too long";
}

TEST(ServerFrame, TellsPartsAndControl) {
  Frame frame;
  ASSERT_EQ(parse("\x01\x02hi"s, frame), ParseState::kFrame);
  EXPECT_FALSE(frame.final);
  ASSERT_EQ(parse("\x80\x00"s, frame), ParseState::kFrame);
  EXPECT_EQ(frame.opcode, Opcode::kContinuation);
  ASSERT_EQ(parse("\x88\x04\x03\xf0no"s, frame), ParseState::kFrame);
  EXPECT_EQ(frame.opcode, Opcode::kClose);
  EXPECT_EQ(close_code(frame.payload), 1008);
  EXPECT_EQ(close_code(""), 1005);
}

TEST(ClientFrame, IsMaskedAsTheRfcShowsIt) {
  // RFC 6455 section 5.7: "Hello", masked.
  EXPECT_EQ(client_frame(Opcode::kText, "Hello", 0x37fa213d),
            "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s);
}

TEST(ClientFrame, SaysItsLength) {
  EXPECT_EQ(client_frame(Opcode::kPong, "", 0), "\x8a\x80\0\0\0\0"s);
  EXPECT_EQ(client_frame(Opcode::kText, std::string(300, 'x'), 0).substr(0, 4),
            "\x81\xfe\x01\x2c"s);
  EXPECT_EQ(client_frame(Opcode::kText, std::string(70'000, 'x'), 0).substr(0, 10),
            "\x81\xff\0\0\0\0\0\x01\x11\x70"s);
}

}  // namespace
}  // namespace hermod::bench
