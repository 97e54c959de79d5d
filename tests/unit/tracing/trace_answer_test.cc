#include "tracing/trace_answer.h"

#include <gtest/gtest.h>

#include <string>

namespace hermod {
namespace {

using State = TraceAnswer::State;

TEST(TraceAnswerTest, IsReadWhereverItIsSplit) {
  const std::string whole =
      "HTTP/1.1 503 Service Unavailable\r\ncontent-LENGTH:  4 \r\nRetry-After: 7\r\n\r\nbusy";
  for (size_t split = 0; split <= whole.size(); ++split) {
    TraceAnswer answer;
    answer.feed(whole.substr(0, split));
    if (split < whole.size()) {
      EXPECT_EQ(answer.feed(whole.substr(split)), State::kDone) << split;
    }
    EXPECT_EQ(answer.state(), State::kDone) << split;
    EXPECT_EQ(answer.status(), 503);
    EXPECT_EQ(answer.retry_after_s(), 7U);
    EXPECT_EQ(answer.body(), "busy");
    EXPECT_TRUE(answer.reusable());
  }
}

TEST(TraceAnswerTest, OnlyAnAnswerWithALengthLeavesTheConnectionReusable) {
  struct Case {
    const char* text;
    bool reusable;
  };
  for (const Case& one : {
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true},
           Case{"HTTP/1.1 204 No Content\r\n\r\n", true},
           Case{"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n", false},
           Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", false},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", false},
       }) {
    TraceAnswer answer;
    EXPECT_EQ(answer.feed(one.text), State::kDone) << one.text;
    EXPECT_EQ(answer.reusable(), one.reusable) << one.text;
  }
}

TEST(TraceAnswerTest, WhatIsNotAnAnswerIsBroken) {
  for (const char* text :
       {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"}) {
    EXPECT_EQ(TraceAnswer().feed(text), State::kBroken) << text;
  }
  EXPECT_EQ(TraceAnswer().feed(std::string(17 * 1024, 'x')), State::kBroken);
}

TEST(TraceAnswerTest, ALongBodyIsReadToItsEndAndKeptInPart) {
  TraceAnswer answer;
  answer.feed("HTTP/1.1 400 Bad Request\r\nContent-Length: 100000\r\n\r\n");
  EXPECT_EQ(answer.feed(std::string(99'999, 'x')), State::kBody);
  EXPECT_EQ(answer.feed("x"), State::kDone);
  EXPECT_EQ(answer.body().size(), 16U * 1024);
}

}  // namespace
}  // namespace hermod
