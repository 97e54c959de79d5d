#include "http/request_reader.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

class RequestReaderTest : public ::testing::Test {
 protected:
  RequestReader::Next next() {
    return reader.next([this](const RequestHead&) { return body_bytes_max; });
  }
  std::string path() {
    const RequestReader::Next found = next();
    return found.request ? found.request->path : "";
  }

  size_t body_bytes_max = 0;
  RequestReader reader;
};

TEST_F(RequestReaderTest, ARequestMayArriveInPieces) {
  const std::string_view request = "GET /a HTTP/1.1\r\nHost: b\r\n\r\n";
  for (const char byte : request.substr(0, request.size() - 1)) {
    reader.append({&byte, 1});
    EXPECT_EQ(next().state, HeadState::kPartial);
    EXPECT_FALSE(reader.between_requests());
  }
  reader.append("\n");
  EXPECT_EQ(path(), "/a");
  EXPECT_TRUE(reader.between_requests());
}

TEST_F(RequestReaderTest, PipelinedRequestsComeInOrder) {
  reader.append("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET");
  EXPECT_EQ(path(), "/a");
  EXPECT_FALSE(reader.between_requests());
  EXPECT_EQ(path(), "/b");
  EXPECT_EQ(next().state, HeadState::kPartial);
  EXPECT_EQ(reader.take_rest(), "GET");
  EXPECT_EQ(reader.room(), kHeadBytesMax);
}

TEST_F(RequestReaderTest, ABodyWithinTheLimitIsPartOfTheRequest) {
  body_bytes_max = 4;
  reader.append("POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\n12");
  EXPECT_EQ(next().state, HeadState::kPartial);
  EXPECT_FALSE(reader.between_requests());
  reader.append("34GET");
  const RequestReader::Next found = next();
  ASSERT_EQ(found.state, HeadState::kComplete);
  EXPECT_EQ(found.request->content, "1234");
  EXPECT_EQ(reader.take_rest(), "GET");
}

TEST_F(RequestReaderTest, ABodyAboveTheLimitIsNotRead) {
  body_bytes_max = 3;
  reader.append("POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\n");
  const RequestReader::Next found = next();
  ASSERT_EQ(found.state, HeadState::kComplete);
  EXPECT_FALSE(found.request->body_read());
}

TEST_F(RequestReaderTest, ABadHeadHasNoRequest) {
  reader.append("GET /a HTTP/1.1\n");
  EXPECT_EQ(next().state, HeadState::kMalformed);
  RequestReader full;
  full.append(std::string(kHeadBytesMax, 'a'));
  EXPECT_EQ(full.room(), 0U);
  EXPECT_EQ(full.next([](const RequestHead&) { return size_t{0}; }).state, HeadState::kTooLarge);
}

}  // namespace
}  // namespace hermod
