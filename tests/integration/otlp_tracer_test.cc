#include "tracing/otlp_tracer.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "support/loop_test.h"
#include "support/recording_log.h"
#include "support/trace_collector.h"

namespace hermod {
namespace {

using test::TraceCollector;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Lt;
using ::testing::Not;
using ::testing::StartsWith;

class OtlpTracerTest : public test::LoopTest {
 protected:
  static TraceOptions options(const std::string& endpoint) {
    TraceOptions options;
    options.endpoint = endpoint;
    options.sampler = "always_on";
    options.service_name = "websocket_service";
    options.version = "0.0.0";
    options.batch_delay_ms = 5;
    options.retry_first_ms = 5;
    options.retry_max_ms = 20;
    return options;
  }

  OtlpTracer& make(const TraceOptions& options) {
    auto made = OtlpTracer::create(loop(), options, log_);
    EXPECT_TRUE(made.ok()) << made.error().message;
    tracer_ = made.take();
    return *tracer_;
  }

  void one_span(std::string_view name = "hermod.test") {
    Span span = tracer_->begin({name, SpanKind::kInternal});
    tracer_->end(span);
  }
  void spans(size_t count) {
    for (size_t i = 0; i < count; ++i) one_span();
  }

  void close(uint64_t patience_ms = 20'000) {
    bool closed = false;
    tracer_->close(patience_ms, [&closed] { closed = true; });
    EXPECT_FALSE(closed);
    run_until([&closed] { return closed; });
  }

  void SetUp() override { setenv("no_proxy", "*", 1); }  // the collector is in this process

  void TearDown() override {
    if (tracer_ != nullptr) close();
    tracer_.reset();
    collector_.reset();
    LoopTest::TearDown();
  }

  test::RecordingLog log_;
  std::unique_ptr<TraceCollector> collector_ = std::make_unique<TraceCollector>(loop());
  std::unique_ptr<OtlpTracer> tracer_;
};

TEST_F(OtlpTracerTest, ASpanReachesTheCollector) {
  OtlpTracer& tracer = make(options(collector_->endpoint() + "/base"));
  const TraceContext parent{{1, 2}, 3, true};
  Span span = tracer.begin({"hermod.record", SpanKind::kConsumer, parent, "vendor=x"});
  span.set("messaging.destination.name", "topic");
  span.set("messaging.kafka.offset", int64_t{12});
  span.set("hermod.replayed", false);
  span.fail({ErrorCode::kTimeout, "Redis is late"}, "bus.publish");
  span.link({{4, 5}, 6, true});
  EXPECT_EQ(span.context.trace, parent.trace);
  const TraceContext context = span.context;
  tracer.end(span);
  run_until([&] { return tracer.status().exported == 1; });

  EXPECT_THAT(collector_->heads.at(0),
              AllOf(StartsWith("POST /base/v1/traces HTTP/1.1\r\n"),
                    HasSubstr("\r\nContent-Type: application/json\r\n"),
                    HasSubstr("\r\nHost: 127.0.0.1:" + std::to_string(collector_->port()))));
  const auto body = nlohmann::json::parse(collector_->bodies.at(0));
  const auto& got = body["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
  EXPECT_EQ(got["spanId"], to_hex(context.span));
  EXPECT_EQ(got["parentSpanId"], "0000000000000003");
  EXPECT_EQ(got["traceState"], "vendor=x");
  EXPECT_GE(std::stoll(got["endTimeUnixNano"].get<std::string>()),
            std::stoll(got["startTimeUnixNano"].get<std::string>()));
}

TEST_F(OtlpTracerTest, SendsTheConfiguredHeaders) {
  TraceOptions with_key = options(collector_->endpoint());
  with_key.headers = "api-key=a%20secret,x-empty=";
  make(with_key);
  one_span();
  run_until([&] { return tracer_->status().exported == 1; });
  EXPECT_THAT(collector_->heads.at(0),
              AllOf(HasSubstr("\r\napi-key: a secret\r\n"), HasSubstr("\r\nx-empty:\r\n")));
}

TEST_F(OtlpTracerTest, UnsampledSpansKeepTheirIdsAndAreNotSent) {
  TraceOptions off = options(collector_->endpoint());
  off.sampler = "parentbased_always_off";
  OtlpTracer& tracer = make(off);
  Span span = tracer.begin({"hermod.record", SpanKind::kConsumer, {{1, 2}, 3, false}});
  EXPECT_EQ(span.context.trace, (TraceId{1, 2}));
  EXPECT_NE(span.context.span, 0U);
  tracer.end(span);
  Span kept = tracer.begin({"hermod.record", SpanKind::kConsumer, {{1, 2}, 3, true}});
  tracer.end(kept);
  run_until([&] { return tracer.status().exported == 1; });
  EXPECT_EQ(collector_->span_count(), 1U);
}

TEST_F(OtlpTracerTest, ManySpansGoInFullBatchesOverOneConnection) {
  make(options(collector_->endpoint()));
  spans(1300);
  run_until([&] { return tracer_->status().exported == 1300; });
  EXPECT_EQ(collector_->span_count(), 1300U);
  EXPECT_EQ(collector_->bodies.size(), 3U);
  EXPECT_EQ(collector_->connections, 1U);
}

TEST_F(OtlpTracerTest, AConnectionThatWasClosedWhileIdleIsMadeAgain) {
  make(options(collector_->endpoint()));
  one_span();
  run_until([&] { return tracer_->status().exported == 1; });
  collector_->hang_up();
  one_span();
  run_until([&] { return tracer_->status().exported == 2; });
  EXPECT_EQ(collector_->connections, 2U);
  EXPECT_EQ(tracer_->status().failures, 0U);
}

TEST_F(OtlpTracerTest, AConnectionMayEndWithEachAnswer) {
  make(options(collector_->endpoint()));
  collector_->answers = {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}"};
  spans(1024);
  run_until([&] { return tracer_->status().exported == 1024; });
  EXPECT_EQ(collector_->connections, 2U);
}

TEST_F(OtlpTracerTest, WhatMayPassIsTriedAgainAndNothingIsLost) {
  make(options(collector_->endpoint()));
  collector_->answers = {"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
                         "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n",
                         "",  // closes without a response: retried at once on a new connection
                         "not HTTP at all\r\n\r\n"};
  spans(3);
  run_until([&] { return tracer_->status().exported == 3; });
  EXPECT_EQ(collector_->span_count(), 3U);
  EXPECT_EQ(tracer_->status().failures, 3U);
  EXPECT_EQ(tracer_->status().dropped, 0U);
  EXPECT_TRUE(log_.has("the collector accepts spans again"));
}

TEST_F(OtlpTracerTest, ARetryWaitsForRetryAfter) {
  make(options(collector_->endpoint()));
  collector_->answers = {"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"};
  const auto begun = std::chrono::steady_clock::now();
  one_span();
  run_until([&] { return tracer_->status().exported == 1; });
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
}

TEST_F(OtlpTracerTest, WhatTheCollectorRefusesIsCountedAndNotSentAgain) {
  make(options(collector_->endpoint()));
  const std::string partial = R"({"partialSuccess":{"rejectedSpans":"2","errorMessage":"no"}})";
  collector_->answers = {"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
                         "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(partial.size()) +
                             "\r\n\r\n" + partial};
  spans(5);
  run_until([&] { return tracer_->status().rejected == 5; });
  spans(3);
  run_until([&] { return tracer_->status().exported == 1; });
  EXPECT_EQ(tracer_->status().rejected, 7U);
  EXPECT_EQ(collector_->bodies.size(), 2U);
  EXPECT_TRUE(log_.has("the collector rejected spans status=400"));
}

TEST_F(OtlpTracerTest, WithoutACollectorTheQueueFillsAndTheRestIsDropped) {
  const uint16_t port = collector_->port();
  const std::string endpoint = collector_->endpoint();
  collector_.reset();
  TraceOptions bounded = options(endpoint);
  bounded.queue_spans_max = 600;
  make(bounded);
  spans(512);  // in progress, and retried each time
  run_until([&] { return tracer_->status().failures > 2; });
  spans(1000);
  EXPECT_EQ(tracer_->status().waiting, 512U + 600);
  EXPECT_EQ(tracer_->status().dropped, 400U);
  EXPECT_TRUE(log_.has("cannot send spans to the collector"));

  collector_ = std::make_unique<TraceCollector>(loop(), port);
  run_until([&] { return tracer_->status().exported == 1112; });
  EXPECT_EQ(collector_->span_count(), 1112U);
}

TEST_F(OtlpTracerTest, TheQueueIsBoundedInBytesToo) {
  TraceOptions bounded = options(collector_->endpoint());
  bounded.queue_bytes_max = 1000;
  make(bounded);
  spans(100);
  EXPECT_THAT(tracer_->status().waiting, Lt(10U));
  EXPECT_GT(tracer_->status().dropped, 90U);
}

TEST_F(OtlpTracerTest, ASilentCollectorIsGivenUpAndTriedAgain) {
  TraceOptions hasty = options(collector_->endpoint());
  hasty.exchange_ms = 20;
  make(hasty);
  collector_->silent = true;
  one_span();
  run_until([&] { return tracer_->status().failures == 2; });
  EXPECT_TRUE(log_.has("error=POST " + collector_->endpoint() +
                       "/v1/traces failed: no response within 20 ms"));
  collector_->silent = false;
  run_until([&] { return tracer_->status().exported == 1; });
}

TEST_F(OtlpTracerTest, ACollectorThatReadsNothingDelaysNothing) {
  TraceOptions hasty = options(collector_->endpoint());
  hasty.exchange_ms = 50;
  hasty.batch_spans_max = 100'000;
  hasty.queue_spans_max = 100'000;
  hasty.queue_bytes_max = 64 * 1024 * 1024;
  make(hasty);
  collector_->reading = false;
  spans(40'000);  // more than the socket buffers of both sides
  run_until([&] { return tracer_->status().failures == 1; });
  collector_->reading = true;
  run_until([&] { return tracer_->status().exported == 40'000; });
}

TEST_F(OtlpTracerTest, ClosingSendsWhatWaits) {
  TraceOptions slow = options(collector_->endpoint());
  slow.batch_delay_ms = 3'600'000;
  make(slow);
  spans(700);
  close();
  EXPECT_EQ(collector_->span_count(), 700U);
  EXPECT_EQ(tracer_->status().exported, 700U);
  one_span();
  EXPECT_EQ(tracer_->status().dropped, 1U);
  tracer_.reset();
}

TEST_F(OtlpTracerTest, ClosingWaitsNoLongerThanItsPatience) {
  make(options(collector_->endpoint()));
  collector_->silent = true;
  spans(3);
  close(10);
  EXPECT_EQ(tracer_->status().dropped, 3U);
  tracer_.reset();
}

TEST_F(OtlpTracerTest, ANameThatIsNotThereIsAFailureLikeAnother) {
  make(options("http://collector.invalid:4318"));
  one_span();
  run_until([&] { return tracer_->status().failures > 0; });
  close(0);
  tracer_.reset();
}

TEST_F(OtlpTracerTest, EveryAddressOfANameIsTried) {
  make(options("http://localhost:" + std::to_string(collector_->port())));
  one_span();
  run_until([&] { return tracer_->status().exported == 1; });
}

TEST_F(OtlpTracerTest, RejectsAnInvalidConfiguration) {
  const auto refusal = [this](const TraceOptions& options) {
    auto made = OtlpTracer::create(loop(), options, log_);
    return made.ok() ? std::string() : made.error().message;
  };
  EXPECT_THAT(refusal(options("")), HasSubstr("OTEL_EXPORTER_OTLP_ENDPOINT is needed"));
  TraceOptions untrusted = options("https://h");
  untrusted.ca_file = "/absent.pem";
  EXPECT_THAT(refusal(untrusted), HasSubstr("OTEL_EXPORTER_OTLP_CERTIFICATE names a file"));
  TraceOptions headers = options("https://h");
  headers.headers = "authorization hidden";
  EXPECT_THAT(refusal(headers), HasSubstr("OTEL_EXPORTER_OTLP_HEADERS must be"));
  EXPECT_THAT(refusal(headers), Not(HasSubstr("hidden")));
  TraceOptions odd = options("http://h");
  odd.sampler = "odd";
  EXPECT_THAT(refusal(odd), HasSubstr("OTEL_TRACES_SAMPLER must be"));
}

}  // namespace
}  // namespace hermod
