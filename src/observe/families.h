#pragma once
// Builds prometheus-cpp's data model from plain numbers, with one call per metric family, and
// serializes it. The counters stay where they are: nothing is registered, locked or kept between
// two scrapes.

#include <prometheus/metric_family.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hermod/stats.h"

namespace hermod {

// A counter value as a double, which prometheus-cpp requires.
inline double number(uint64_t value) {
  return static_cast<double>(value);
}

class Families {
 public:
  struct Name {
    std::string_view name;
    std::string_view help;
  };
  using Labels = std::vector<prometheus::ClientMetric::Label>;

  void counter(Name name, double value) { begin(name, kCounter).counter(value); }
  void gauge(Name name, double value) { begin(name, kGauge).gauge(value); }

  // One counter for each value of `label`: the known values, and all others that were counted.
  void counters(Name name, std::string_view label, const Stats::Counts& counts,
                const std::vector<std::string_view>& known);

  // A histogram in Prometheus' form: cumulative, with a +Inf bucket.
  template <size_t N>
  void histogram(Name name, const Histogram<N>& histogram) {
    begin(name, kHistogram)
        .histogram(histogram.bounds().data(), histogram.counts().data(), N, histogram.sum());
  }

  // One histogram for each value of `label`, in the order of `values`.
  template <size_t N, size_t M>
  void histograms(Name name, std::string_view label, const std::array<std::string_view, M>& values,
                  const std::array<Histogram<N>, M>& histograms) {
    Samples samples = begin(name, kHistogram);
    for (size_t i = 0; i < M; ++i) {
      samples.histogram(histograms[i].bounds().data(), histograms[i].counts().data(), N,
                        histograms[i].sum(), {{std::string(label), std::string(values[i])}});
    }
  }

  // A family to which samples are added one by one, each with its labels.
  class Samples {
   public:
    explicit Samples(prometheus::MetricFamily& family) : family_(family) {}
    void counter(double value, Labels labels = {});
    void gauge(double value, Labels labels = {});
    void histogram(const double* bounds, const uint64_t* counts, size_t bounds_count, double sum,
                   Labels labels = {});

   private:
    prometheus::MetricFamily& family_;
  };
  static constexpr auto kCounter = prometheus::MetricType::Counter;
  static constexpr auto kGauge = prometheus::MetricType::Gauge;
  static constexpr auto kHistogram = prometheus::MetricType::Histogram;

  // Starts a family. The result is valid until the next family starts.
  Samples begin(Name name, prometheus::MetricType type);

  std::string text() const;  // Prometheus text format 0.0.4

 private:
  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace hermod
