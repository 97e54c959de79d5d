#include "http_client/http_client.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <optional>

#include "support/loop_test.h"
#include "support/trace_collector.h"

namespace hermod {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class HttpClientTest : public test::LoopTest {
 protected:
  void SetUp() override {
    setenv("no_proxy", "*", 1);  // the server is in this process
    auto made = hermod::HttpClient::create(loop(), {});
    ASSERT_TRUE(made.ok()) << made.error().message;
    client_ = made.take();
  }

  OutgoingRequest request(const std::string& path = "/") const {
    OutgoingRequest made;
    made.url = server_->endpoint() + path;
    return made;
  }

  // Sends the request and waits for its result.
  Result<HttpResponse> result(const OutgoingRequest& request) {
    std::optional<Result<HttpResponse>> got;
    client_->send(request, [&got](Result<HttpResponse> result) { got = std::move(result); });
    EXPECT_FALSE(got);
    run_until([&got] { return got.has_value(); });
    return *got;
  }

  void close() {
    bool closed = false;
    client_->close([&closed] { closed = true; });
    client_->close([] { FAIL() << "called twice"; });
    EXPECT_FALSE(closed);
    run_until([&closed] { return closed; });
    client_.reset();
  }

  void TearDown() override {
    if (client_ != nullptr) close();
    server_.reset();
    LoopTest::TearDown();
  }

  std::unique_ptr<test::TraceCollector> server_ = std::make_unique<test::TraceCollector>(loop());
  std::unique_ptr<hermod::HttpClient> client_;
};

TEST_F(HttpClientTest, GetsAPage) {
  OutgoingRequest get = request("/keys?x=1");
  get.fields = {{"X-Key", "a b"}};
  server_->answers = {"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"};
  const auto got = result(get);
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got.value().status, 404);
  EXPECT_EQ(got.value().body, "gone");
  EXPECT_EQ(got.value().extent, HttpResponse::Body::kWhole);
  EXPECT_THAT(server_->heads.at(0),
              AllOf(StartsWith("GET /keys?x=1 HTTP/1.1\r\n"), HasSubstr("\r\nX-Key: a b\r\n"),
                    HasSubstr("\r\nUser-Agent: hermod\r\n")));
}

TEST_F(HttpClientTest, PostsABodyOfAnySize) {
  for (const size_t size : {size_t{0}, size_t{3}, size_t{5'000'000}}) {
    const std::string body(size, 'x');
    OutgoingRequest post = request();
    post.method = HttpMethod::kPost;
    post.body = body;
    ASSERT_TRUE(result(post).ok());
    EXPECT_EQ(server_->bodies.back(), body);
    EXPECT_THAT(server_->heads.back(), Not(HasSubstr("Expect")));
  }
  EXPECT_EQ(server_->connections, 1U);
}

TEST_F(HttpClientTest, ReadsAChunkedBody) {
  server_->answers = {
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"};
  EXPECT_EQ(result(request()).value().body, "abc");
}

TEST_F(HttpClientTest, CutsABodyAtTheLimit) {
  OutgoingRequest limited = request();
  limited.response_bytes_max = 10;
  server_->answers = {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
                      "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n0123456789abcdef"};
  const auto fits = result(limited);
  EXPECT_EQ(fits.value().extent, HttpResponse::Body::kWhole);
  const auto cut = result(limited);
  ASSERT_TRUE(cut.ok()) << cut.error().message;
  EXPECT_EQ(cut.value().status, 200);
  EXPECT_EQ(cut.value().body, "0123456789");
  EXPECT_EQ(cut.value().extent, HttpResponse::Body::kCut);
}

TEST_F(HttpClientTest, ReportsRetryAfter) {
  server_->answers = {"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"};
  EXPECT_EQ(result(request()).value().retry_after_s, 7U);
  EXPECT_EQ(result(request()).value().retry_after_s, 0U);
}

TEST_F(HttpClientTest, DoesNotFollowARedirect) {
  server_->answers = {"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"};
  EXPECT_EQ(result(request()).value().status, 302);
  EXPECT_EQ(server_->heads.size(), 1U);
}

TEST_F(HttpClientTest, ASilentServerIsATimeout) {
  server_->silent = true;
  OutgoingRequest hasty = request("/a?key=hidden");
  hasty.time_limit_ms = 20;
  const Error error = result(hasty).error();
  EXPECT_EQ(error.code, ErrorCode::kTimeout);
  EXPECT_THAT(error.message,
              StartsWith("GET " + server_->endpoint() + "/a failed: no response within 20 ms"));
}

TEST_F(HttpClientTest, AResponseThatEndsEarlyIsAnError) {
  server_->answers = {
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n0123",
      "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01",
      "not HTTP\r\n\r\n"};
  for (size_t i = 0; i < 3; ++i) {
    const auto got = result(request());
    ASSERT_FALSE(got.ok()) << i;
    EXPECT_EQ(got.error().code, ErrorCode::kConnection);
  }
}

TEST_F(HttpClientTest, ARefusedConnectionIsNamedWithoutSecrets) {
  const std::string port = std::to_string(server_->port());
  server_.reset();
  OutgoingRequest lost;
  lost.url = "http://user:hidden@127.0.0.1:" + port + "/a?key=hidden";
  const Error error = result(lost).error();
  EXPECT_THAT(error.message, AllOf(StartsWith("GET http://127.0.0.1:" + port + "/a failed: "),
                                   HasSubstr("(Connection refused)"), Not(HasSubstr("hidden"))));
}

TEST_F(HttpClientTest, AnUnknownNameIsAnError) {
  OutgoingRequest lost;
  lost.url = "http://server.invalid/";
  EXPECT_EQ(result(lost).error().code, ErrorCode::kConnection);
}

TEST_F(HttpClientTest, OtherSchemesAreRefused) {
  OutgoingRequest file;
  file.url = "file:///etc/hostname";
  EXPECT_FALSE(result(file).ok());
}

TEST_F(HttpClientTest, ManyRequestsAtTheSameTime) {
  size_t answered = 0;
  for (size_t i = 0; i < 20; ++i) {
    client_->send(request(), [&answered](const Result<HttpResponse>& got) {
      EXPECT_TRUE(got.ok());
      ++answered;
    });
  }
  run_until([&answered] { return answered == 20; });
}

TEST_F(HttpClientTest, ACallbackMaySendAndClose) {
  bool closed = false;
  client_->send(request(), [this, &closed](const Result<HttpResponse>&) {
    client_->send(request(), [this, &closed](const Result<HttpResponse>&) {
      client_->close([&closed] { closed = true; });
    });
  });
  run_until([&closed] { return closed; });
  EXPECT_EQ(server_->heads.size(), 2U);
  client_.reset();
}

TEST_F(HttpClientTest, CloseCancelsRequests) {
  server_->silent = true;
  const auto never = [](const Result<HttpResponse>&) { FAIL() << "called after close()"; };
  client_->send(request(), never);
  run_until([this] { return !server_->heads.empty(); });
  client_->send(request(), never);  // not yet connected
  OutgoingRequest unresolved;
  unresolved.url = "http://server.invalid/";
  client_->send(unresolved, never);
  close();
}

}  // namespace
}  // namespace hermod
