#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "support/http_server_test.h"

namespace hermod {
namespace {

using test::get_request;
using test::HttpAnswer;
using test::HttpClient;
using ::testing::HasSubstr;

constexpr Route kLaterRoute{
    .path = "/later", .methods = "GET, HEAD, POST, OPTIONS", .body_bytes_max = 64};

// A page that answers when the test does.
class LaterPages final : public PageGroup {
 public:
  const Route* find_route(std::string_view path) const override {
    return path == kLaterRoute.path ? &kLaterRoute : nullptr;
  }
  PageOutcome answer(const Route&, const HttpRequest&) override {
    return LaterAnswer{[this](LaterAnswer::Done done) { open.push_back(std::move(done)); }};
  }

  std::vector<LaterAnswer::Done> open;
};

PageAnswer text(std::string body) {
  return Response{.status = 200, .content_type = kJsonType, .body = std::move(body), .headers = {}};
}

class HttpLaterTest : public test::HttpServerTest {
 protected:
  HttpLaterTest() { more_pages.push_back(&pages); }

  // Sends a request and waits until the page works on it.
  void ask_later(HttpClient& client, std::string_view request) {
    const size_t before = pages.open.size();
    client.send(request);
    run_until([&] { return pages.open.size() == before + 1; });
  }

  LaterPages pages;
};

TEST_F(HttpLaterTest, ThePageAnswersLaterAndTheConnectionIsKept) {
  open();
  HttpClient client(loop(), port());
  ask_later(client, get_request("/later"));
  EXPECT_EQ(stats.http_in_progress, 1U);
  EXPECT_EQ(get("/healthz/live").status, 200);  // other clients do not wait
  EXPECT_EQ(client.received, "");
  pages.open.front()(text("{}"));
  const HttpAnswer given = answer_of(client);
  EXPECT_EQ(given.status, 200);
  EXPECT_EQ(given.body, "{}");
  EXPECT_EQ(given.header("connection"), "keep-alive");
  EXPECT_EQ(stats.http_in_progress, 0U);
  client.send(get_request("/healthz/live"));
  EXPECT_EQ(answer_of(client).status, 200);
  ask_later(client, get_request("/later"));
  pages.open.back()(text("[]"));
  EXPECT_EQ(answer_of(client).body, "[]");
}

TEST_F(HttpLaterTest, PipelinedRequestsAreAnsweredInOrder) {
  open();
  HttpClient client(loop(), port());
  ask_later(client, get_request("/later") + get_request("/healthz/live"));
  settle();
  EXPECT_EQ(client.received, "");
  pages.open.front()(text("{}"));
  EXPECT_EQ(answer_of(client).body, "{}");
  EXPECT_EQ(answer_of(client).body, R"({"status":"alive"})");
}

TEST_F(HttpLaterTest, AFaultHasItsDetailsAndTheIdOfTheRequest) {
  open();
  HttpClient client(loop(), port());
  ask_later(client,
            "POST /later HTTP/1.1\r\nHost: x\r\nX-Correlation-ID: abc\r\nContent-Length: 2\r\n"
            "\r\n{}");
  pages.open.front()(Fault{.status = 503,
                           .code = ErrorCode::kTimeout,
                           .message = "one does not answer",
                           .retry_after_s = 5,
                           .details = R"({"n":1})"});
  const HttpAnswer given = answer_of(client);
  EXPECT_EQ(given.status, 503);
  EXPECT_EQ(given.header("retry-after"), "5");
  EXPECT_EQ(given.header("x-correlation-id"), "abc");
  EXPECT_THAT(given.body, HasSubstr(R"("correlation_id":"abc")"));
  EXPECT_THAT(given.body, HasSubstr(R"("details":{"n":1})"));
}

TEST_F(HttpLaterTest, HeadHasNoBody) {
  open();
  HttpClient client(loop(), port());
  ask_later(client, "HEAD /later HTTP/1.1\r\nHost: x\r\n\r\n");
  pages.open.front()(text("{}"));
  const HttpAnswer given = answer_of(client, HttpClient::Body::kOmitted);
  EXPECT_EQ(given.header("content-length"), "2");
  EXPECT_EQ(client.received, "");
}

TEST_F(HttpLaterTest, AClientMayLeaveBeforeTheAnswer) {
  open();
  for (const bool resets : {false, true}) {
    {
      HttpClient client(loop(), port());
      ask_later(client, get_request("/later"));
      if (resets) client.reset_at_end();
    }
    settle();
    pages.open.back()(text(std::string(1 << 20, 'a')));
    run_until([&] { return door->socket_count() == 0; });
    EXPECT_EQ(stats.http_in_progress, 0U);
  }
}

TEST_F(HttpLaterTest, AClientThatFinishedSendingIsAnswered) {
  open();
  HttpClient client(loop(), port());
  ask_later(client, get_request("/later"));
  client.finish_sending();
  settle();
  pages.open.front()(text("{}"));
  EXPECT_EQ(answer_of(client).body, "{}");
}

TEST_F(HttpLaterTest, WaitingHasAnEnd) {
  open();
  HttpClient client(loop(), port());
  ask_later(client, get_request("/later"));
  clock.advance(29'999);
  settle();
  EXPECT_FALSE(client.ended);
  clock.advance(1);
  run_until([&] { return client.ended; });
  EXPECT_EQ(stats.limits_struck["page_seconds"], 1U);
  EXPECT_EQ(stats.http_in_progress, 0U);
  pages.open.front()(text("{}"));  // has no effect
  EXPECT_EQ(door->socket_count(), 0U);
}

TEST_F(HttpLaterTest, OpenAnswersAreLimitedUntilThePageHasEndedItsWork) {
  HttpServerOptions options;
  options.connection_manager.later_answers_max = 2;
  open(std::move(options));
  HttpClient first(loop(), port());
  ask_later(first, get_request("/later"));
  {
    HttpClient second(loop(), port());
    ask_later(second, get_request("/later"));
    second.reset_at_end();
  }
  HttpClient third(loop(), port());
  third.send(get_request("/later"));
  const HttpAnswer refused = answer_of(third);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("retry-after"), "1");
  EXPECT_EQ(stats.limits_struck["later_answers"], 1U);
  EXPECT_EQ(pages.open.size(), 2U);
  pages.open.pop_back();  // the page drops the request of the client that has left
  ask_later(third, get_request("/later"));
  pages.open.back()(text("{}"));
  EXPECT_EQ(answer_of(third).status, 200);
  pages.open.front()(text("{}"));
  EXPECT_EQ(answer_of(first).status, 200);
}

TEST_F(HttpLaterTest, ADrainingServerAnswersAndEndsTheConnection) {
  open();
  HttpClient client(loop(), port());
  ask_later(client, get_request("/later"));
  door->set_draining(true);
  pages.open.front()(text("{}"));
  EXPECT_EQ(answer_of(client).header("connection"), "close");
  run_until([&] { return client.ended; });
}

TEST_F(HttpLaterTest, AnAnswerAfterTheCloseOfTheServerHasNoEffect) {
  open();
  HttpClient client(loop(), port());
  ask_later(client, get_request("/later"));
  bool closed = false;
  door->close([&] { closed = true; });
  run_until([&] { return closed && client.ended; });
  EXPECT_EQ(stats.http_in_progress, 0U);
  door.reset();
  pages.open.front()(text("{}"));
  pages.open.clear();
}

// Waiting for a page is not a reason to be dropped while another socket can be.
TEST_F(HttpLaterTest, ARequestInProgressIsDroppedLast) {
  HttpServerOptions options;
  options.connection_manager.sockets_max = 2;
  open(std::move(options));
  HttpClient waiting(loop(), port());
  ask_later(waiting, get_request("/later"));
  HttpClient silent(loop(), port());
  silent.send("GET ");
  run_until([&] { return door->socket_count() == 2; });
  HttpClient another(loop(), port());
  ask_later(another, get_request("/later"));
  run_until([&] { return silent.ended; });
  EXPECT_EQ(get("/healthz/live").status, 200);
  run_until([&] { return waiting.ended; });  // the first of those that wait
  pages.open.front()(text("{}"));
  pages.open.back()(text("{}"));
  EXPECT_EQ(answer_of(another).status, 200);
}

}  // namespace
}  // namespace hermod
