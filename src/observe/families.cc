#include "observe/families.h"

#include <prometheus/text_serializer.h>

#include <cassert>
#include <limits>
#include <map>
#include <utility>

namespace hermod {

Families::Samples Families::begin(Name name, prometheus::MetricType type) {
  assert(families_.empty() || families_.back().name != name.name);
  prometheus::MetricFamily& family = families_.emplace_back();
  family.name = name.name;
  family.help = name.help;
  family.type = type;
  return Samples(family);
}

void Families::counters(Name name, std::string_view label, const Stats::Counts& counts,
                        const std::vector<std::string_view>& known) {
  Stats::Counts all = counts;
  for (const std::string_view value : known) all.try_emplace(value, 0);
  Samples samples = begin(name, kCounter);
  for (const auto& [value, count] : all) {
    samples.counter(static_cast<double>(count), {{std::string(label), std::string(value)}});
  }
}

void Families::Samples::counter(double value, Labels labels) {
  prometheus::ClientMetric& metric = family_.metric.emplace_back();
  metric.label = std::move(labels);
  metric.counter.value = value;
}

void Families::Samples::gauge(double value, Labels labels) {
  prometheus::ClientMetric& metric = family_.metric.emplace_back();
  metric.label = std::move(labels);
  metric.gauge.value = value;
}

void Families::Samples::histogram(const double* bounds, const uint64_t* counts, size_t bounds_count,
                                  double sum, Labels labels) {
  prometheus::ClientMetric& metric = family_.metric.emplace_back();
  metric.label = std::move(labels);
  auto& histogram = metric.histogram;
  uint64_t below = 0;
  for (size_t i = 0; i <= bounds_count; ++i) {
    below += counts[i];
    const bool last = i == bounds_count;
    histogram.bucket.push_back({below, last ? std::numeric_limits<double>::infinity() : bounds[i]});
  }
  histogram.sample_count = below;
  histogram.sample_sum = sum;
}

std::string Families::text() const {
  return prometheus::TextSerializer().Serialize(families_);
}

}  // namespace hermod
