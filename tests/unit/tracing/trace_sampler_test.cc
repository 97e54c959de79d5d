#include "tracing/trace_sampler.h"

#include <gtest/gtest.h>

#include <random>

namespace hermod {
namespace {

constexpr TraceId kTrace{1, 0x7fffffffffffffff};
constexpr TraceContext kNoParent{};
constexpr TraceContext kSampled{kTrace, 7, true};
constexpr TraceContext kNotSampled{kTrace, 7, false};

TraceSampler sampler(std::string_view name, std::string_view argument = {}) {
  auto parsed = TraceSampler::parse(name, argument);
  EXPECT_TRUE(parsed.ok()) << name;
  return parsed.take();
}

TEST(TraceSamplerTest, AlwaysOnAndOffAskNobody) {
  EXPECT_TRUE(sampler("always_on").keeps(kTrace, kNotSampled));
  EXPECT_FALSE(sampler("always_off").keeps(kTrace, kSampled));
}

TEST(TraceSamplerTest, ParentBasedFollowsTheParentAndElseItsRoot) {
  EXPECT_TRUE(sampler("parentbased_always_off").keeps(kTrace, kSampled));
  EXPECT_FALSE(sampler("parentbased_always_off").keeps(kTrace, kNoParent));
  EXPECT_FALSE(sampler("parentbased_always_on").keeps(kTrace, kNotSampled));
  EXPECT_TRUE(sampler("parentbased_always_on").keeps(kTrace, kNoParent));
  EXPECT_TRUE(sampler("parentbased_traceidratio", "0").keeps(kTrace, kSampled));
  EXPECT_FALSE(sampler("parentbased_traceidratio", "0").keeps(kTrace, kNoParent));
}

TEST(TraceSamplerTest, ARatioKeepsItsShare) {
  const TraceSampler quarter = sampler("traceidratio", "0.25");
  std::mt19937_64 random(1);
  int kept = 0;
  for (int i = 0; i < 100'000; ++i) kept += quarter.keeps({random(), random()}, kNoParent) ? 1 : 0;
  EXPECT_NEAR(kept, 25'000, 600);
}

TEST(TraceSamplerTest, TheBoundsOfARatio) {
  const TraceId lowest{1, 0x8000000000000000};  // its last 63 bits are 0
  EXPECT_TRUE(sampler("traceidratio", "1").keeps(kTrace, kNoParent));
  EXPECT_TRUE(sampler("traceidratio").keeps(kTrace, kNoParent));
  EXPECT_FALSE(sampler("traceidratio", "0").keeps(lowest, kNoParent));
  EXPECT_TRUE(sampler("traceidratio", "0.000001").keeps(lowest, kNoParent));
}

TEST(TraceSamplerTest, WhatItDoesNotKnowIsRefusedByName) {
  for (const char* name : {"", "always", "ALWAYS_ON", "parentbased_", "jaeger_remote"}) {
    auto parsed = TraceSampler::parse(name, "");
    ASSERT_FALSE(parsed.ok()) << name;
    EXPECT_TRUE(parsed.error().message.starts_with("OTEL_TRACES_SAMPLER must be")) << name;
  }
  for (const char* share : {"-0.1", "1.1", "nan", "inf", "half", "0.5x", " 0.5"}) {
    auto parsed = TraceSampler::parse("traceidratio", share);
    ASSERT_FALSE(parsed.ok()) << share;
    EXPECT_TRUE(parsed.error().message.starts_with("OTEL_TRACES_SAMPLER_ARG must be")) << share;
  }
}

}  // namespace
}  // namespace hermod
