#include "http/request_head.h"

#include <gtest/gtest.h>

#include <random>

namespace hermod {
namespace {

TEST(RequestHeadTest, ReadsWhatItKnows) {
  const std::string bytes =
      "GET /a%20b?c=d?e HTTP/1.1\r\nHOST: h\r\norigin: o\r\nX-Forwarded-For: 1.1.1.1\r\n"
      "X-forwarded-for: 2.2.2.2\r\nX-Correlation-Id:  c  \r\nUpgrade: u\r\nConnection: close\r\n"
      "Authorization: a\r\nSec-WebSocket-Key: k\r\nSec-WebSocket-Version: v\r\n"
      "Sec-WebSocket-Protocol: p\r\nSec-WebSocket-Protocol: q\r\nX-Other: x\r\n\r\n";
  const ParsedHead parsed = parse_request_head(bytes + "rest");
  ASSERT_EQ(parsed.state, HeadState::kComplete);
  EXPECT_EQ(parsed.bytes, bytes.size());
  const RequestHead& head = parsed.head;
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(head.path, "/a%20b");
  EXPECT_EQ(head.query, "c=d?e");
  EXPECT_EQ(head.version, 11);
  EXPECT_EQ(head.keep_alive, RequestHead::KeepAlive::kNo);
  EXPECT_EQ(head.host.value, "h");
  EXPECT_EQ(head.origin.value, "o");
  EXPECT_EQ(head.forwarded_for.value, "1.1.1.1, 2.2.2.2");
  EXPECT_EQ(head.forwarded_for.count, 2U);
  EXPECT_EQ(head.correlation_id.value, "c");
  EXPECT_EQ(head.upgrade.value, "u");
  EXPECT_EQ(head.connection.value, "close");
  EXPECT_EQ(head.authorization.value, "a");
  EXPECT_EQ(head.websocket_key.value, "k");
  EXPECT_EQ(head.websocket_version.value, "v");
  EXPECT_EQ(head.websocket_protocol.value, "p, q");
}

TEST(RequestHeadTest, SaysWhatBodyFollows) {
  const std::string start = "POST / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(parse_request_head(start + "\r\n").head.body, RequestHead::Body::kNone);
  const RequestHead sized = parse_request_head(start + "Content-Length: 12\r\n\r\n").head;
  EXPECT_EQ(sized.body, RequestHead::Body::kLength);
  EXPECT_EQ(sized.body_bytes, 12U);
  EXPECT_EQ(parse_request_head(start + "Transfer-Encoding: chunked\r\n\r\n").head.body,
            RequestHead::Body::kChunked);
}

TEST(RequestHeadTest, EveryPrefixIsPartial) {
  const std::string bytes = "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n";
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_EQ(parse_request_head(bytes.substr(0, length)).state, HeadState::kPartial) << length;
  }
  EXPECT_EQ(parse_request_head(bytes).state, HeadState::kComplete);
}

TEST(RequestHeadTest, ManyHeadersFitIntoOneHead) {
  std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n";
  while (bytes.size() + 8 <= kHeadBytesMax) bytes += "A: b\r\n";
  EXPECT_EQ(parse_request_head(bytes + "\r\n").state, HeadState::kComplete);
}

TEST(RequestHeadTest, IsTooLargeOnlyBeyondTheLimit) {
  const std::string start = "GET / HTTP/1.1\r\nA: ";
  const std::string filler(kHeadBytesMax - start.size() - 4, 'a');
  EXPECT_EQ(parse_request_head(start + filler + "\r\n\r\n").state, HeadState::kComplete);
  EXPECT_EQ(parse_request_head(start + filler + "a\r\n\r\n").state, HeadState::kTooLarge);
  EXPECT_EQ(parse_request_head(std::string(kHeadBytesMax - 1, 'a')).state, HeadState::kPartial);
  EXPECT_EQ(parse_request_head(std::string(kHeadBytesMax, 'a')).state, HeadState::kTooLarge);
  EXPECT_EQ(parse_request_head(std::string(1 << 20, 'a')).state, HeadState::kTooLarge);
}

TEST(RequestHeadTest, SurvivesMutations) {
  const std::string good =
      "GET http://a/b?c HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nConnection: a,b\r\n"
      "Upgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (size_t change = random() % 8; change > 0; --change) {
      bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
    }
    const ParsedHead parsed = parse_request_head(bytes);
    EXPECT_LE(parsed.bytes, bytes.size());
  }
}

}  // namespace
}  // namespace hermod
