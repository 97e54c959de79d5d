// micro: measures the time of each path. It accepts the flags of Google Benchmark.

#include <benchmark/benchmark.h>

#include "micro/path.h"

int main(int argc, char** argv) {
  for (const hermod::bench::Path& path : hermod::bench::paths()) {
    benchmark::RegisterBenchmark(std::string(path.name).c_str(), [&path](benchmark::State& state) {
      const auto operation = path.make();
      for (auto _ : state) operation->run();
    });
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
